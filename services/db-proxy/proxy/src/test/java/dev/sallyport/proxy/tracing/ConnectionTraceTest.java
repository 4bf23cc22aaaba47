package dev.sallyport.proxy.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.StatementTrace;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionTraceTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final long NOW_MICROS = TimeUnit.SECONDS.toMicros(NOW.getEpochSecond());

    private final KeptSpans spans = new KeptSpans();
    private final GrantState grant = grant();
    private final ConnectionTrace trace = traceOf(Sampler.alwaysOn());

    @Test
    void aClientThatNeverSaysWhoItIsMakesNoSpan() {
        trace.refused(AuthFailure.PROTOCOL);
        trace.closed(CloseCause.PROTOCOL_ERROR);

        assertThat(spans.all()).isEmpty();
    }

    @Test
    void aLoginThatFailsSaysWhyAndHowFarItGot() {
        trace.asked();
        trace.reached(LoginStep.GRANT_LOOKED_UP);
        trace.refused(AuthFailure.WRONG_SECRET);
        trace.closed(CloseCause.REFUSED);

        SpanData login = spans.named("login");
        assertThat(login.getEvents()).extracting(EventData::getName).containsExactly("grant_looked_up");
        assertThat(login.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(text(login, "error.type")).isEqualTo("wrong_secret");
        SpanData session = spans.named("mysql session");
        assertThat(session.getKind()).isEqualTo(SpanKind.SERVER);
        assertThat(text(session, "error.type")).isEqualTo("wrong_secret");
        assertThat(text(session, "sallyport.close.cause")).isEqualTo("refused");
        assertThat(text(session, "client.address")).isEqualTo("192.0.2.1:50000");
    }

    @Test
    void aStatementHasItsTimesItsTargetAndTheNumberOfItsError() {
        StatementTrace statements = opened();

        ended(statements, "select 1", 7, new Outcome.Failed("42S02", 1146, "Table 'hunter2' doesn't exist", null));

        SpanData span = spans.named("SELECT orders");
        assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(span.getStartEpochNanos()).isEqualTo(TimeUnit.MICROSECONDS.toNanos(NOW_MICROS));
        assertThat(span.getEndEpochNanos() - span.getStartEpochNanos()).isEqualTo(TimeUnit.MICROSECONDS.toNanos(1_500));
        assertThat(text(span, "db.system.name")).isEqualTo("mariadb");
        assertThat(text(span, "db.namespace")).isEqualTo("orders");
        assertThat(text(span, "server.address")).isEqualTo("db.example.com");
        assertThat(span.getAttributes().get(AttributeKey.longKey("server.port")))
                .isEqualTo(3306);
        assertThat(text(span, "db.response.status_code")).isEqualTo("1146");
        assertThat(text(span, "error.type")).isEqualTo("1146");
        assertThat(text(span, "sallyport.statement.kind")).isEqualTo("query");
        assertThat(span.getAttributes().get(AttributeKey.longKey("sallyport.statement.sequence")))
                .isEqualTo(7);
        assertThat(span.toString()).doesNotContain("hunter2");
    }

    @Test
    void whatIsNoOperationThatIsKnownIsCalledByItsDatabaseAlone() {
        StatementTrace statements = opened();

        ended(statements, "hunter2", 0, Outcome.UNKNOWN);

        SpanData span = spans.named("orders");
        assertThat(text(span, "error.type")).isEqualTo("unknown");
        assertThat(span.getAttributes().asMap().keySet())
                .extracting(AttributeKey::getKey)
                .doesNotContain("db.operation.name", "sallyport.statement.sequence");
    }

    @Test
    void aStatementThatTheTargetSkippedIsNone() {
        StatementTrace statements = opened();

        ended(statements, "select 1", 0, Outcome.SKIPPED);

        assertThat(spans.all()).extracting(SpanData::getName).containsExactly("login");
    }

    @Test
    void theStatementsOfASessionThatIsNotSampledAreNotLookedAt() {
        ConnectionTrace unsampled = traceOf(Sampler.alwaysOff());
        unsampled.asked();
        unsampled.proved(grant);

        assertThat(unsampled.opened(SessionId.next(InstantSource.fixed(NOW)), grant.target()))
                .isNull();
    }

    private ConnectionTrace traceOf(Sampler sampler) {
        return new Tracing(spans.sdk(Sampler.parentBased(sampler)), InstantSource.fixed(NOW))
                .accepted("mysql", "192.0.2.1:50000");
    }

    private StatementTrace opened() {
        trace.asked();
        trace.proved(grant);
        return Objects.requireNonNull(trace.opened(SessionId.next(InstantSource.fixed(NOW)), grant.target()));
    }

    private static void ended(StatementTrace statements, String sql, long sequence, Outcome outcome) {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        statements.begun("query", NOW_MICROS, text, 0, text.length).ended(sequence, 1_500, outcome);
    }

    private static String text(SpanData span, String key) {
        return Objects.requireNonNull(span.getAttributes().get(AttributeKey.stringKey(key)), key);
    }

    private static GrantState grant() {
        InstantSource clock = InstantSource.fixed(NOW);
        GrantId id = GrantId.next(clock);
        return new GrantState(
                id,
                RequestId.next(clock),
                new Grantee("ada", "ada", "ada@example.com"),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:shop/orders"),
                        Engine.MARIADB,
                        "db.example.com",
                        3306,
                        "hoop_ro",
                        "hoop_ro",
                        new GrantTarget.SecretRef("database", "dbroles/ro", "PASSWORD")),
                id.value(),
                null,
                NOW,
                NOW.plus(Duration.ofHours(1)));
    }
}
