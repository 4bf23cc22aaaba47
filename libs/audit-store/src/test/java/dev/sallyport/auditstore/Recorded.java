package dev.sallyport.auditstore;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import java.util.List;

/** One session of a person, and what a db-proxy says about it. */
record Recorded(SessionId session, GrantId grant, Grantee grantee, RdsDatabaseId target, String role, Instant at) {

    private static final String NO_HASH = "0".repeat(64);

    static Recorded by(String person, String database, String role, Instant at) {
        return new Recorded(
                SessionId.next(() -> at),
                GrantId.next(() -> at),
                new Grantee("sub-" + person, person, person + "@example.com"),
                RdsDatabaseId.parse("arn:aws:rds:us-west-2:111122223333:db:orders/" + database),
                role,
                at);
    }

    Event<?> opened() {
        return Event.of(
                EventType.SESSION_OPENED,
                "/sallyport/db-proxy",
                session,
                at,
                new SessionOpened(
                        session,
                        grant,
                        grantee,
                        target,
                        Engine.POSTGRES,
                        role,
                        role,
                        AgentId.next(() -> at),
                        "127.0.0.1:50000",
                        "psql",
                        at,
                        null));
    }

    Event<?> closed(long statements, Instant closedAt) {
        return closed(statements, NO_HASH, closedAt);
    }

    Event<?> event(StatementExecuted statement) {
        return Event.of(EventType.STATEMENT_EXECUTED, "/sallyport/db-proxy", session, statement.startedAt(), statement);
    }

    Event<?> closed(long statements, String lastHash, Instant closedAt) {
        return Event.of(
                EventType.SESSION_CLOSED,
                "/sallyport/db-proxy",
                session,
                closedAt,
                new SessionClosed(session, grant, "client_closed", statements, 10, 20, lastHash, closedAt));
    }

    Event<?> statement(long sequence, String sql) {
        return statement(sequence, 1, 1, sql, List.of());
    }

    Event<?> statement(long sequence, int part, int parts, String sql, List<StatementExecuted.Parameter> parameters) {
        Instant started = at.plusMillis(sequence);
        return Event.of(
                EventType.STATEMENT_EXECUTED,
                "/sallyport/db-proxy",
                session,
                started,
                new StatementExecuted(
                        session,
                        grant,
                        grantee,
                        target,
                        Engine.POSTGRES,
                        role,
                        role,
                        "127.0.0.1:50000",
                        "psql",
                        sequence,
                        part,
                        parts,
                        "simple",
                        sql,
                        parameters,
                        StatementExecuted.Outcome.OK,
                        1L,
                        30,
                        40,
                        started,
                        250L,
                        null,
                        null,
                        null,
                        "idle",
                        NO_HASH,
                        NO_HASH));
    }
}
