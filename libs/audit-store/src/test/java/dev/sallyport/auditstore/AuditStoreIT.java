package dev.sallyport.auditstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.auditstore.AuditWriter.Written;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.audit.ChainVerdict;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.sandbox.postgres.ControlPlane;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditStoreIT {

    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);

    @TempDir
    private static Path folder;

    private static ControlPlane plane;
    private static AuditStore store;
    private static AuditStore readOnly;

    private static AuditWriter writer;
    private static AuditReader reader;

    @BeforeAll
    static void open() {
        plane = ControlPlane.forTests(folder);
        store = AuditStore.open(new AuditStoreSettings(
                plane.jdbcUrl(), "sallyport_audit", plane.password("sallyport_audit"), 2, Duration.ofDays(30)));
        store.migrate();
        store.migrate();
        readOnly = AuditStore.open(AuditStoreSettings.reader(
                plane.jdbcUrl(), "sallyport_audit_reader", plane.password("sallyport_audit_reader")));
        writer = store.writer(CLOCK);
        reader = readOnly.reader();
    }

    @AfterAll
    static void close() {
        store.close();
        readOnly.close();
        plane.close();
    }

    @BeforeEach
    void empty() {
        plane.server().execute("sallyport", "TRUNCATE audit.sessions, audit.statements, audit.events");
    }

    @Test
    void storesAStatementOnceHoweverOftenItComes() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        Event<?> statement = session.statement(1, "SELECT 1");
        Event<?> opened = session.opened();
        assertThat(writer.write(List.of(statement, opened, statement, opened))).isEqualTo(new Written(1, 1));
        assertThat(writer.write(List.of(statement, opened))).isEqualTo(new Written(0, 0));
        assertThat(reader.statements(session.session(), 10, null).items())
                .singleElement()
                .isEqualTo(statement.data());
    }

    @Test
    void storesAStatementOnceWhenItComesAgainAsAnotherEvent() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        writer.write(List.of(session.statement(1, "SELECT 1")));
        assertThat(writer.write(List.of(session.statement(1, "SELECT 1"))).statements())
                .isZero();
    }

    @Test
    void storesWhatIsNewOfABatchThatIsPartlyThere() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        writer.write(statements(session, 1, 5));
        List<Event<?>> batch = new ArrayList<>(statements(session, 3, 8));
        batch.add(session.opened());
        assertThat(writer.write(batch)).isEqualTo(new Written(3, 1));
        assertThat(reader.statements(session.session(), 10, null).items())
                .extracting(StatementExecuted::sequence)
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    /** As when the partitions of a notifier are given to another while it writes. */
    @Test
    void twoWhoWriteTheSameAtOnceStoreItOnce() throws Exception {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        List<List<Event<?>>> batches = IntStream.range(0, 20)
                .mapToObj(batch -> statements(session, 1 + batch * 100, 100 + batch * 100))
                .toList();
        Callable<Integer> all = () -> batches.stream()
                .mapToInt(batch -> writer.write(batch).statements())
                .sum();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> one = threads.submit(all);
            Future<Integer> other = threads.submit(all);
            assertThat(one.get() + other.get()).isEqualTo(2_000);
        }
        assertThat(count("statements")).isEqualTo(2_000);
    }

    @Test
    void givesBackWhatIsLongerThanWhatIsSentAtOnce() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        List<Event<?>> batch = List.of(
                session.statement(1, "x".repeat(63 * 1024)),
                session.statement(2, "gr\u00f6\u00dfer \uD83D\uDEAA\t\\".repeat(20_000)),
                session.statement(3, "\u8868".repeat(70_000)),
                session.statement(4, "\n".repeat(90_000)),
                session.statement(5, "SELECT 1"));
        writer.write(batch);
        assertThat(reader.statements(session.session(), 10, null).items())
                .map(StatementExecuted::sql)
                .isEqualTo(batch.stream()
                        .map(event -> ((StatementExecuted) event.data()).sql())
                        .toList());
    }

    private static List<Event<?>> statements(Recorded session, long from, long to) {
        List<Event<?>> statements = new ArrayList<>();
        for (long sequence = from; sequence <= to; sequence++) {
            statements.add(session.statement(sequence, "SELECT " + sequence));
        }
        return statements;
    }

    @Test
    void givesBackEveryFieldAsItWas() {
        Recorded session = Recorded.by("ann\t\\N", "shop\\.", "hoop_ro", NOON);
        Event<?> statement = session.statement(
                1,
                1,
                1,
                "SELECT '\0\u001A\\t\t\r\n\\.'\n\\.\n-- größer \uD83D\uDEAA",
                List.of(new Parameter("text", null), new Parameter("bytea", "a\0b\\\"\t"), new Parameter("int4", "7")));
        writer.write(List.of(statement));
        assertThat(reader.statements(session.session(), 1, null).items())
                .containsExactly((StatementExecuted) statement.data());
    }

    @Test
    void keepsTheUnknownApartFromTheEmpty() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        StatementExecuted ok = (StatementExecuted) session.statement(1, "").data();
        assertThat(ok.sqlState()).isNull();
        writer.write(List.of(session.statement(1, "")));
        StatementExecuted stored =
                reader.statements(session.session(), 1, null).items().getFirst();
        assertThat(stored.sqlState()).isNull();
        assertThat(stored.errorCode()).isNull();
        assertThat(stored.sql()).isEmpty();
    }

    @Test
    void makesOneSessionOfItsTwoEventsInAnyOrder() {
        Recorded inOrder = Recorded.by("ann", "shop", "hoop_ro", NOON);
        Recorded reversed = Recorded.by("bob", "shop", "hoop_ro", NOON);
        Instant end = NOON.plus(Duration.ofHours(20));
        writer.write(List.of(inOrder.opened()));
        writer.write(List.of(inOrder.closed(3, end), reversed.closed(4, end)));
        assertThat(reader.session(reversed.session())).isEmpty();
        writer.write(List.of(reversed.opened()));
        assertThat(reader.session(inOrder.session())).hasValueSatisfying(session -> {
            assertThat(session.statements()).isEqualTo(3);
            assertThat(session.closedAt()).isEqualTo(end);
            assertThat(session.cause()).isEqualTo("client_closed");
        });
        assertThat(reader.session(reversed.session())).hasValueSatisfying(session -> {
            assertThat(session.statements()).isEqualTo(4);
            assertThat(session.grantee()).isEqualTo(reversed.grantee());
        });
    }

    @Test
    void countsTheStatementsOfAnOpenSession() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        writer.write(List.of(session.opened(), session.statement(1, "SELECT 1"), session.statement(2, "SELECT 2")));
        AuditedSession open = reader.session(session.session()).orElseThrow();
        assertThat(open.statements()).isEqualTo(2);
        assertThat(open.closedAt()).isNull();
    }

    @Test
    void findsSessionsByPersonTargetRoleTimeAndText() {
        Recorded ann = Recorded.by("ann", "shop", "hoop_ro", NOON);
        Recorded bob = Recorded.by("bob", "billing", "hoop_rw", NOON.plusSeconds(3600));
        writer.write(
                List.of(ann.opened(), bob.opened(), ann.statement(1, "SELECT 100% FROM a_b"), bob.statement(1, "x")));
        assertThat(found(new SessionFilter("ANN@example.com", null, null, null, null, null)))
                .containsExactly(ann);
        assertThat(found(new SessionFilter("sub-bob", null, null, null, null, null)))
                .containsExactly(bob);
        assertThat(found(new SessionFilter("an", null, null, null, null, null))).isEmpty();
        assertThat(found(new SessionFilter(null, "ORDERS/bill", null, null, null, null)))
                .containsExactly(bob);
        assertThat(found(new SessionFilter(null, null, "hoop_ro", null, null, null)))
                .containsExactly(ann);
        assertThat(found(new SessionFilter(null, null, null, bob.at(), null, null)))
                .containsExactly(bob);
        assertThat(found(new SessionFilter(null, null, null, null, bob.at(), null)))
                .containsExactly(ann);
        assertThat(found(new SessionFilter(null, null, null, null, null, "select 100% from A_B")))
                .containsExactly(ann);
        assertThat(found(new SessionFilter(null, null, null, null, null, "SELECT_100")))
                .isEmpty();
        assertThat(found(SessionFilter.ANY)).containsExactly(bob, ann);
    }

    private List<Recorded> found(SessionFilter filter) {
        List<Recorded> found = new ArrayList<>();
        for (AuditedSession session : reader.sessions(filter, 10, null).items()) {
            found.add(new Recorded(
                    session.id(),
                    session.grantId(),
                    session.grantee(),
                    session.target(),
                    session.role(),
                    session.openedAt()));
        }
        return found;
    }

    @Test
    void pagesThroughSessionsAndStatementsWithoutAGapOrARepeat() {
        List<Event<?>> events = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            events.add(Recorded.by("ann", "shop", "hoop_ro", NOON.minus(Duration.ofDays(i)))
                    .opened());
        }
        Recorded busy = Recorded.by("bob", "shop", "hoop_ro", NOON.minus(Duration.ofDays(9)));
        events.add(busy.opened());
        for (int sequence = 1; sequence <= 4; sequence++) {
            events.add(busy.statement(sequence, 1, 2, "a", List.of()));
            events.add(busy.statement(sequence, 2, 2, "b", List.of()));
        }
        writer.write(events);
        List<AuditedSession> sessions = new ArrayList<>();
        Page<AuditedSession> page = reader.sessions(SessionFilter.ANY, 2, null);
        sessions.addAll(page.items());
        while (page.nextCursor() != null) {
            page = reader.sessions(SessionFilter.ANY, 2, page.nextCursor());
            sessions.addAll(page.items());
        }
        assertThat(sessions)
                .extracting(AuditedSession::openedAt)
                .hasSize(6)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
        Page<StatementExecuted> first = reader.statements(busy.session(), 3, null);
        Page<StatementExecuted> second = reader.statements(busy.session(), 200, first.nextCursor());
        assertThat(first.items()).extracting(s -> s.sequence() + "/" + s.part()).containsExactly("1/1", "1/2", "2/1");
        assertThat(second.items())
                .extracting(s -> s.sequence() + "/" + s.part())
                .containsExactly("2/2", "3/1", "3/2", "4/1", "4/2");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void seesThatAStoredStatementWasChangedOrTakenAway() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        List<StatementExecuted> chain = ChainCheckTest.chainOf(session, "SELECT 1", "SELECT '\0'", "SELECT 3");
        writer.write(List.of(session.opened(), session.event(chain.get(0)), session.event(chain.get(1))));
        writer.write(List.of(session.event(chain.get(2))));
        assertThat(reader.verifyChain(session.session()))
                .isEqualTo(new ChainVerdict.Intact(3, 0, chain.get(2).hash(), false));
        writer.write(List.of(session.closed(3, chain.getLast().hash(), NOON)));
        assertThat(reader.verifyChain(session.session()))
                .isEqualTo(new ChainVerdict.Intact(3, 0, chain.get(2).hash(), true));
        plane.server().execute("sallyport", "UPDATE audit.statements SET rows = 99 WHERE sequence = 2");
        assertThat(reader.verifyChain(session.session())).isInstanceOfSatisfying(ChainVerdict.Broken.class, broken -> {
            assertThat(broken.sequence()).isEqualTo(2);
            assertThat(broken.reason()).isEqualTo("it is not what was recorded");
            assertThat(broken.expected()).isEqualTo(chain.get(1).hash());
        });
        plane.server().execute("sallyport", "DELETE FROM audit.statements WHERE sequence = 2");
        assertThat(reader.verifyChain(session.session()))
                .isEqualTo(new ChainVerdict.Broken(
                        2, "it, or a part of it, is missing", "statement 2, part 1", "statement 3, part 1"));
        plane.server().execute("sallyport", "DELETE FROM audit.statements WHERE sequence > 1");
        assertThat(reader.verifyChain(session.session()))
                .isEqualTo(new ChainVerdict.Broken(
                        2,
                        "the session ended with another statement than the last that is stored",
                        chain.get(2).hash(),
                        chain.get(0).hash()));
    }

    @Test
    void refusesALimitOrACursorThatIsNone() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        assertThatThrownBy(() -> reader.sessions(SessionFilter.ANY, 0, null))
                .hasMessage("a limit is from 1 to 200, not 0");
        assertThatThrownBy(() -> reader.sessions(SessionFilter.ANY, 201, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.sessions(SessionFilter.ANY, 1, "no id"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> reader.statements(session.session(), 1, "1"))
                .hasMessage("'1' is not a cursor of statements");
        assertThat(reader.sessions(SessionFilter.ANY, 1, null).items()).isEmpty();
        assertThat(reader.sessions(SessionFilter.ANY, 200, null).items()).isEmpty();
    }

    @Test
    void losesNoRecordOfAClockThatWentAstray() {
        Recorded future = Recorded.by("ann", "shop", "hoop_ro", NOON.plus(Duration.ofDays(10)));
        Recorded past = Recorded.by("bob", "shop", "hoop_ro", NOON.minus(Duration.ofDays(400)));
        writer.write(List.of(future.statement(1, "SELECT 1"), past.statement(1, "SELECT 2")));
        store.writer(InstantSource.fixed(future.at())).write(List.of(future.statement(2, "SELECT 3")));
        assertThat(writer.write(List.of(future.statement(1, "SELECT 1"))).statements())
                .isZero();
        assertThat(reader.statements(future.session(), 10, null).items()).hasSize(2);
        assertThat(reader.statements(past.session(), 10, null).items()).hasSize(1);
    }

    @Test
    void makesPartitionsAheadAndDropsThoseWhoseTimeIsOver() {
        Recorded old = Recorded.by("ann", "shop", "hoop_ro", NOON.minus(Duration.ofDays(30)));
        Recorded kept = Recorded.by("bob", "shop", "hoop_ro", NOON.minus(Duration.ofDays(29)));
        writer.write(List.of(old.opened(), old.statement(1, "SELECT 1"), kept.opened(), kept.statement(1, "SELECT 2")));
        assertThat(store.partitions(CLOCK).maintain()).isZero();
        assertThat(exists("statements", LocalDate.parse("2026-03-13"))).isTrue();
        assertThat(exists("statements", LocalDate.parse("2026-03-14"))).isFalse();
        assertThat(reader.session(old.session())).isPresent();
        assertThat(store.partitions(InstantSource.fixed(NOON.plus(Duration.ofDays(1))))
                        .maintain())
                .isEqualTo(1);
        assertThat(reader.session(old.session())).isEmpty();
        assertThat(reader.statements(old.session(), 1, null).items()).isEmpty();
        assertThat(reader.session(kept.session())).isPresent();
    }

    @Test
    void theReaderCanDoNothingElse() {
        assertThatThrownBy(() -> readOnly.writer(CLOCK)
                        .write(List.of(Recorded.by("ann", "shop", "hoop_ro", NOON.plusSeconds(1))
                                .opened())))
                .isInstanceOf(AuditStoreException.class);
        assertThatThrownBy(() -> asReader("DELETE FROM audit.statements")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> asReader("INSERT INTO audit.events SELECT * FROM audit.events"))
                .hasMessageContaining("permission denied");
    }

    @Test
    void tellsAStoreThatIsOutOfReachFromAnEventThatCannotBeStored() {
        AuditStore nowhere = AuditStore.open(new AuditStoreSettings(
                "jdbc:postgresql://127.0.0.1:1/none",
                "nobody",
                plane.password("sallyport_audit"),
                1,
                Duration.ofDays(1)));
        try (nowhere) {
            assertThatThrownBy(() -> nowhere.writer(CLOCK)
                            .write(List.of(
                                    Recorded.by("ann", "shop", "hoop_ro", NOON).opened())))
                    .isInstanceOfSatisfying(
                            AuditStoreException.class,
                            e -> assertThat(e.isTransient()).isTrue());
        }
        assertThat(AuditStoreException.of("x", new SQLException("bad data", "22021"))
                        .isTransient())
                .isFalse();
    }

    @Test
    void storesABatchOfManyStatementsAtARateWorthPrinting() {
        Recorded session = Recorded.by("ann", "shop", "hoop_ro", NOON);
        writer.write(List.of(session.statement(1, "SELECT 1")));
        int batches = 10;
        int size = 3000;
        List<List<Event<?>>> load = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            List<Event<?>> events = new ArrayList<>();
            for (int i = 1; i <= size; i++) {
                events.add(session.statement(1L + batch * size + i, "SELECT * FROM orders WHERE id = $1"));
            }
            load.add(events);
        }
        long start = System.nanoTime();
        load.forEach(writer::write);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("audit store: %,.0f statements/s%n", batches * size / seconds);
        assertThat(count("statements")).isEqualTo(batches * size + 1L);
    }

    private static boolean exists(String table, LocalDate day) {
        return count("pg_tables WHERE tablename = '" + table + "_"
                        + day.toString().replace("-", "") + "'")
                == 1;
    }

    private static long count(String from) {
        try (Connection connection = plane.server().connect("sallyport");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT count(*) FROM " + (from.startsWith("pg_") ? from : "audit." + from))) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void asReader(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        plane.jdbcUrl(),
                        "sallyport_audit_reader",
                        plane.password("sallyport_audit_reader").reveal());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
