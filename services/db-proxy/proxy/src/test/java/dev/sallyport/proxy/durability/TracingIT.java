package dev.sallyport.proxy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.sandbox.otlp.OtlpReceiver;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged proxy, switched on by the standard settings, and a collector that takes what it sends. */
class TracingIT {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @TempDir
    private Path folder;

    @Test
    void aCollectorGetsTheSpansOfASessionWithoutAnyTextOfIt() throws Exception {
        try (Surroundings around = new Surroundings(folder.resolve("around"));
                OtlpReceiver collector = new OtlpReceiver(0)) {
            GrantState grant = around.grant(AuditMode.BOUNDED);
            Map<String, String> telemetry = Map.of(
                    "otel.sdk.disabled", "false",
                    "quarkus.otel.exporter.otlp.protocol", "http/protobuf",
                    "quarkus.otel.exporter.otlp.endpoint", collector.endpoint());
            try (PackagedProxy proxy = new PackagedProxy(
                            around.settings(), folder.resolve("journal"), folder.resolve("proxy.log"), telemetry)
                    .awaitReady()) {
                try (Connection connection = proxy.connect(around.login(grant));
                        Statement statement = connection.createStatement()) {
                    statement.execute("INSERT INTO done VALUES (1, 'hunter2') /*traceparent='00-" + TRACE
                            + "-b7ad6b7169203331-01'*/");
                    assertThatThrownBy(() -> statement.execute("SELECT hunter2 FROM nowhere"))
                            .isInstanceOf(SQLException.class);
                }
                await().atMost(Surroundings.PATIENCE)
                        .until(() -> named(collector, "postgres session").size() == 1);

                OtlpReceiver.Span session = named(collector, "postgres session").getFirst();
                OtlpReceiver.Span insert = named(collector, "INSERT orders").getFirst();
                OtlpReceiver.Span failed = named(collector, "SELECT orders").stream()
                        .filter(span -> span.attributes().containsKey("error.type"))
                        .findFirst()
                        .orElseThrow();
                assertThat(session.service()).isEqualTo("db-proxy");
                assertThat(session.attributes())
                        .containsEntry("db.system.name", "postgresql")
                        .containsEntry("db.namespace", "orders")
                        .containsEntry("server.port", Integer.toString(around.target.port()))
                        .containsEntry("sallyport.grant.id", grant.grantId().value())
                        .containsEntry("sallyport.close.cause", "client_closed");
                assertThat(named(collector, "login").getFirst().events())
                        .containsExactly("grant_looked_up", "proved", "password_read", "target_connected", "let_in");
                assertThat(insert.traceId()).isEqualTo(session.traceId());
                assertThat(insert.parentId()).isEqualTo(session.id());
                assertThat(insert.links()).containsExactly(TRACE);
                assertThat(insert.attributes())
                        .containsEntry("db.operation.name", "INSERT")
                        .containsEntry("sallyport.statement.rows", "1");
                assertThat(failed.attributes()).containsEntry("db.response.status_code", "42P01");
                assertThat(collector.spans().toString()).doesNotContain("hunter2", "nowhere");
                assertThat(recorded(around, insert)).startsWith("INSERT INTO done");
                assertThat(recorded(around, failed)).isEqualTo("SELECT hunter2 FROM nowhere");
            }
        }
    }

    private static List<OtlpReceiver.Span> named(OtlpReceiver collector, String name) {
        return collector.spans().stream()
                .filter(span -> span.name().equals(name))
                .toList();
    }

    /** The SQL of the record that the span leads to. */
    private static String recorded(Surroundings around, OtlpReceiver.Span span) {
        String sequence = span.attributes().get("sallyport.statement.sequence");
        return around.events(all -> all.stream().anyMatch(event -> event.data() instanceof SessionClosed)).stream()
                .map(event -> event.data() instanceof StatementExecuted executed ? executed : null)
                .filter(executed -> executed != null
                        && executed.sessionId().value().equals(span.attributes().get("sallyport.session.id"))
                        && Long.toString(executed.sequence()).equals(sequence))
                .findFirst()
                .orElseThrow()
                .sql();
    }
}
