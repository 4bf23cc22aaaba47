package dev.sallyport.proxy.tracing;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.audit.StatementTrace;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The spans of one connection: its session and its login. Confined to its event loop. */
public final class ConnectionTrace {

    private static final AttributeKey<String> DB_SYSTEM_NAME = AttributeKey.stringKey("db.system.name");
    private static final AttributeKey<String> DB_NAMESPACE = AttributeKey.stringKey("db.namespace");
    private static final AttributeKey<String> SERVER_ADDRESS = AttributeKey.stringKey("server.address");
    private static final AttributeKey<Long> SERVER_PORT = AttributeKey.longKey("server.port");
    private static final AttributeKey<String> CLIENT_ADDRESS = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> PROTOCOL = AttributeKey.stringKey("network.protocol.name");
    private static final AttributeKey<String> GRANT_ID = AttributeKey.stringKey("sallyport.grant.id");
    private static final AttributeKey<String> CLOSE_CAUSE = AttributeKey.stringKey("sallyport.close.cause");
    static final AttributeKey<String> SESSION_ID = AttributeKey.stringKey("sallyport.session.id");

    private final Tracing tracing;
    private final String protocol;
    private final String clientAddress;
    private final Instant acceptedAt;
    private @Nullable Span session;
    private @Nullable Span login;
    private Attributes target = Attributes.empty();

    ConnectionTrace(Tracing tracing, String protocol, String clientAddress) {
        this.tracing = tracing;
        this.protocol = protocol;
        this.clientAddress = clientAddress;
        this.acceptedAt = tracing.now();
    }

    /** The client has said who it is: from here on there are spans. */
    public void asked() {
        if (session != null) {
            return;
        }
        Span begun = tracing.tracer()
                .spanBuilder(protocol + " session")
                .setNoParent()
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(acceptedAt)
                .setAttribute(PROTOCOL, protocol)
                .setAttribute(CLIENT_ADDRESS, clientAddress)
                .startSpan();
        session = begun;
        login = tracing.tracer()
                .spanBuilder("login")
                .setParent(Context.root().with(begun))
                .setStartTimestamp(tracing.now())
                .startSpan();
    }

    /** A step of the login is done. */
    public void reached(LoginStep step) {
        if (login != null) {
            login.addEvent(step.label(), tracing.now());
        }
    }

    /** The client has proved its grant, or its tunnel has. */
    public void proved(GrantState grant) {
        reached(LoginStep.PROVED);
        if (session != null) {
            target = attributes(grant.target());
            session.setAllAttributes(target);
            session.setAttribute(GRANT_ID, grant.grantId().value());
        }
    }

    /** The client was not let in. */
    public void refused(AuthFailure why) {
        endLogin(why.label());
        if (session != null) {
            session.setStatus(StatusCode.ERROR);
            session.setAttribute(ERROR_TYPE, why.label());
        }
    }

    /** @return what traces the statements of the session; null when it is not sampled, and neither are they */
    public @Nullable StatementTrace opened(SessionId id, GrantTarget of) {
        reached(LoginStep.LET_IN);
        endLogin(null);
        Span open = session;
        if (open == null) {
            return null;
        }
        open.setAttribute(SESSION_ID, id.value());
        Attributes common = target.toBuilder().put(SESSION_ID, id.value()).build();
        return open.getSpanContext().isSampled()
                ? new StatementSpans(tracing.tracer(), Context.root().with(open), common, of.database())
                : null;
    }

    /** The connection is closed, however far it got. */
    public void closed(CloseCause cause) {
        endLogin(cause.label());
        if (session != null) {
            session.setAttribute(CLOSE_CAUSE, cause.label());
            session.end(tracing.now());
        }
    }

    private void endLogin(@Nullable String error) {
        if (login != null) {
            if (error != null) {
                login.setStatus(StatusCode.ERROR);
                login.setAttribute(ERROR_TYPE, error);
            }
            login.end(tracing.now());
            login = null;
        }
    }

    private static Attributes attributes(GrantTarget of) {
        String system = switch (of.engine()) {
            case POSTGRES -> "postgresql";
            case MYSQL -> "mysql";
            case MARIADB -> "mariadb";
            case SQLSERVER -> "microsoft.sql_server";
        };
        return Attributes.builder()
                .put(DB_SYSTEM_NAME, system)
                .put(DB_NAMESPACE, of.database())
                .put(SERVER_ADDRESS, of.host())
                .put(SERVER_PORT, (long) of.port())
                .build();
    }
}
