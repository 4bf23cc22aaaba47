package dev.sallyport.proxy.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.proxy.journal.Position;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the mode is best effort a full journal stops nobody, and the chain says what it lacks. */
class BestEffortTest {

    @TempDir
    Path folder;

    private final AtomicInteger unrecorded = new AtomicInteger();
    private final List<Event<?>> events = new ArrayList<>();
    private Journal journal;
    private Position read = Position.START;
    private final TreeMap<Long, Trail> trails = new TreeMap<>();

    @BeforeEach
    void open() {
        journal = Journal.open(new JournalSettings(folder, 64 * 1024, 4));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void statementsGoOnWhileTheJournalIsFullAndTheChainSaysHowManyItLacks() {
        JournaledSession session = session(AuditMode.BEST_EFFORT);
        execute(session, "before");
        fill();
        execute(session, "lost 1");
        execute(session, "lost 2");
        execute(session, "lost 3");
        ship();
        execute(session, "after");
        session.close(CloseCause.CLIENT_CLOSED);
        ship();

        List<StatementExecuted> statements = statements(session);
        assertThat(unrecorded).hasValue(3);
        assertThat(statements).extracting(StatementExecuted::sql).containsExactly("before", "", "after");
        StatementExecuted gap = statements.get(1);
        assertThat(gap.kind()).isEqualTo(StatementExecuted.GAP);
        assertThat(gap.rows()).isEqualTo(3);
        assertThat(gap.outcome()).isEqualTo(StatementExecuted.Outcome.UNKNOWN);
        assertThat(gap.errorMessage()).isEqualTo("the journal is full: 3 segments wait to be shipped");
        assertChained(session, statements);
    }

    @Test
    void aSessionThatBeginsWhileTheJournalIsFullIsRecordedAsSoonAsThereIsRoom() {
        fill();
        JournaledSession session = session(AuditMode.BEST_EFFORT);
        execute(session, "lost");
        ship();
        execute(session, "after");
        session.close(CloseCause.CLIENT_CLOSED);
        ship();

        assertThat(events)
                .filteredOn(event -> event.data() instanceof SessionOpened
                        && event.subject().equals(session.id().value()))
                .hasSize(1);
        assertThat(statements(session)).extracting(StatementExecuted::kind).containsExactly("gap", "simple");
        assertChained(session, statements(session));
    }

    @Test
    void whatWasLostLastIsSaidBeforeTheEnd() {
        JournaledSession session = session(AuditMode.BEST_EFFORT);
        fill();
        execute(session, "lost");
        ship();
        session.close(CloseCause.CLIENT_CLOSED);
        ship();

        assertThat(statements(session)).extracting(StatementExecuted::rows).containsExactly(1L);
        assertChained(session, statements(session));
    }

    @Test
    void pipelinedStatementsKeepTheirOrderAroundALoss() {
        JournaledSession session = session(AuditMode.BEST_EFFORT);
        Statement first = begin(session, "first");
        fill();
        Statement lost = begin(session, "lost");
        first.end(new Outcome.Ok(1L, null));
        lost.end(new Outcome.Ok(1L, null));
        ship();
        execute(session, "third");
        session.close(CloseCause.CLIENT_CLOSED);
        ship();

        assertThat(statements(session)).extracting(StatementExecuted::sql).containsExactly("first", "", "third");
        assertChained(session, statements(session));
    }

    @Test
    void aLongStatementOfWhichAPartFoundNoRoomIsLostAsAWhole() {
        JournaledSession session = session(AuditMode.BEST_EFFORT);
        Statement large = session.begin("simple");
        large.sql(Unpooled.copiedBuffer("x".repeat(40_000), StandardCharsets.UTF_8));
        fill();
        large.sql(Unpooled.copiedBuffer("y".repeat(40_000), StandardCharsets.UTF_8));
        large.parameter("text", "z");
        large.ready();
        large.end(new Outcome.Ok(1L, null));
        ship();
        session.close(CloseCause.CLIENT_CLOSED);
        ship();

        assertThat(statements(session)).extracting(StatementExecuted::kind).containsExactly("gap");
        assertChained(session, statements(session));
    }

    @Test
    void inTheOtherModesAStatementThatFindsNoRoomIsRefused() {
        for (AuditMode mode : List.of(AuditMode.STRICT, AuditMode.BOUNDED)) {
            JournaledSession session = session(mode);
            fill();

            assertThatThrownBy(() -> execute(session, "refused"))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("the journal is full: 3 segments wait to be shipped");

            assertThat(unrecorded).hasValue(0);
            ship();
        }
    }

    /** Until no statement finds room any more. */
    private void fill() {
        byte[] filler = new byte[1_000];
        filler[0] = 99;
        try {
            while (true) {
                journal.append(filler, filler.length, Journal.Use.BEGIN);
            }
        } catch (JournalException full) {
            // Then to the last byte.
        }
        try {
            while (true) {
                journal.append(filler, 1, Journal.Use.BEGIN);
            }
        } catch (JournalException full) {
            assertThat(full).hasMessageStartingWith("the journal is full");
        }
    }

    private void ship() {
        TrailReader reader = new TrailReader(journal, trails, events::add);
        for (Entry entry = journal.read(read); entry != null; entry = journal.read(read)) {
            reader.read(entry);
            read = entry.next();
        }
        journal.free(read, Set.of());
    }

    private JournaledSession session(AuditMode mode) {
        AuditMeter meter = new AuditMeter() {
            @Override
            public void unrecorded(String why) {
                unrecorded.incrementAndGet();
            }
        };
        return JournalWriter.session(journal, meter, mode, sessions++);
    }

    private long sessions = 1;

    private static Statement begin(JournaledSession session, String sql) {
        return JournalWriter.begin(session, sql);
    }

    private static void execute(JournaledSession session, String sql) {
        begin(session, sql).end(new Outcome.Ok(1L, null));
    }

    private List<StatementExecuted> statements(JournaledSession session) {
        return events.stream()
                .map(Event::data)
                .filter(StatementExecuted.class::isInstance)
                .map(StatementExecuted.class::cast)
                .filter(statement -> statement.sessionId().equals(session.id()))
                .toList();
    }

    private void assertChained(JournaledSession session, List<StatementExecuted> statements) {
        String previous = StatementChain.START;
        for (int i = 0; i < statements.size(); i++) {
            assertThat(statements.get(i).sequence()).isEqualTo(i + 1);
            assertThat(statements.get(i).previousHash()).isEqualTo(previous);
            previous = StatementChain.hash(List.of(statements.get(i)));
            assertThat(statements.get(i).hash()).isEqualTo(previous);
        }
        SessionClosed closed = events.stream()
                .map(Event::data)
                .filter(SessionClosed.class::isInstance)
                .map(SessionClosed.class::cast)
                .filter(one -> one.sessionId().equals(session.id()))
                .findFirst()
                .orElseThrow();
        assertThat(closed.lastHash()).isEqualTo(previous);
        assertThat(closed.statements()).isEqualTo(statements.size());
    }
}
