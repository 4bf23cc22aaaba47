package dev.sallyport.notifier;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import java.util.List;

/** Statements as the db-proxy tells of them, but for their hashes. */
final class Statements {

    static Event<StatementExecuted> of(SessionId session, long sequence, String sql, Instant at) {
        return Event.of(
                EventType.STATEMENT_EXECUTED,
                "/test",
                session,
                at,
                new StatementExecuted(
                        session,
                        new GrantId("gra_" + "0".repeat(27)),
                        new Grantee("sub-ann", "ann", "ann@example.com"),
                        RdsDatabaseId.parse("arn:aws:rds:us-west-2:111122223333:db:orders/shop"),
                        Engine.POSTGRES,
                        "hoop_ro",
                        "hoop_ro",
                        "127.0.0.1:50000",
                        "psql",
                        sequence,
                        1,
                        1,
                        "simple",
                        sql,
                        List.of(),
                        StatementExecuted.Outcome.OK,
                        1L,
                        30,
                        40,
                        at,
                        250L,
                        null,
                        null,
                        null,
                        "idle",
                        StatementChain.START,
                        StatementChain.START));
    }

    private Statements() {}
}
