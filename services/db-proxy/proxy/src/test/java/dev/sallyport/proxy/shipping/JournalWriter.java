package dev.sallyport.proxy.shipping;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.audit.Transaction;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;

/**
 * Writes sessions into a journal as fast as it can, from two threads, and prints the number of each statement once its intent is
 * in the journal: {@code <thread> <number>}. Meant to be killed.
 */
final class JournalWriter {

    private static final InstantSource CLOCK = InstantSource.system();

    public static void main(String[] args) {
        Journal journal = Journal.open(new JournalSettings(Path.of(args[0]), 1 << 20, 1000));
        for (int thread = 0; thread < 2; thread++) {
            int number = thread;
            Thread.ofPlatform().start(() -> write(journal, number));
        }
    }

    private static void write(Journal journal, int thread) {
        JournaledSession session = session(journal, thread);
        for (int i = 1; ; i++) {
            begin(session, "statement " + thread + ":" + i).end(new Outcome.Ok((long) i, Transaction.IDLE));
            // A line at once: after the kill the reader has every line whose statement might have been forwarded.
            System.out.println(thread + " " + i);
        }
    }

    static Statement begin(JournaledSession session, String sql) {
        Statement statement = session.begin("simple");
        statement.sql(Unpooled.copiedBuffer(sql, StandardCharsets.UTF_8));
        statement.ready();
        return statement;
    }

    static JournaledSession session(Journal journal, long number) {
        return session(journal, AuditMeter.NONE, AuditMode.BOUNDED, number);
    }

    static JournaledSession session(Journal journal, AuditMeter meter, AuditMode mode, long number) {
        SessionOpened opened = new SessionOpened(
                SessionId.next(CLOCK),
                GrantId.next(CLOCK),
                new Grantee("u-" + number, "ada", ""),
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                Engine.POSTGRES,
                "hoop_ro",
                "hoop_ro",
                AgentId.next(CLOCK),
                "192.0.2.1:5000",
                "writer",
                CLOCK.instant(),
                null);
        return new JournaledSession(
                journal,
                CLOCK,
                meter,
                mode,
                number,
                Event.of(EventType.SESSION_OPENED, "/sallyport/db-proxy", opened.sessionId(), CLOCK.instant(), opened));
    }

    private JournalWriter() {}
}
