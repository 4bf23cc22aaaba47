package dev.sallyport.proxy.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.JournalDamaged;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.audit.DamageReport;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.audit.Transaction;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.proxy.journal.Position;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From what a handler says of a session to its events. */
class TrailReaderTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-20T10:00:00.123456Z"));

    @TempDir
    Path folder;

    private Journal journal;
    private JournaledSession session;

    @BeforeEach
    void open() {
        journal = Journal.open(new JournalSettings(folder, 1 << 20, 64));
        session = session(1);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void aStatementBecomesAnEventWithEverythingThatWasSaidOfIt() {
        Statement statement = session.begin("execute");
        statement.sql(utf8("select $1, $2"));
        statement.parameter("int4", "42");
        statement.parameter("text", null);
        statement.parameter("trace", "varchar", "7f");
        statement.ready();
        statement.countFromClient(70);
        statement.countToClient(90);
        statement.end(new Outcome.Ok(1L, Transaction.ACTIVE));

        StatementExecuted event = statements(events()).getFirst();

        assertThat(event.sessionId()).isEqualTo(session.id());
        assertThat(event.sequence()).isEqualTo(1);
        assertThat(event.part()).isEqualTo(1);
        assertThat(event.parts()).isEqualTo(1);
        assertThat(event.kind()).isEqualTo("execute");
        assertThat(event.sql()).isEqualTo("select $1, $2");
        assertThat(event.parameters())
                .containsExactly(
                        new Parameter("int4", "42"),
                        new Parameter("text", null),
                        new Parameter("varchar", "7f", "trace"));
        assertThat(event.outcome()).isEqualTo(StatementExecuted.Outcome.OK);
        assertThat(event.rows()).isEqualTo(1);
        assertThat(event.bytesFromClient()).isEqualTo(70);
        assertThat(event.bytesToClient()).isEqualTo(90);
        assertThat(event.startedAt()).isEqualTo(CLOCK.instant());
        assertThat(event.durationMicros()).isNotNegative();
        assertThat(event.transaction()).isEqualTo("active");
        assertThat(event.previousHash()).isEqualTo(StatementChain.START);
    }

    @Test
    void aFailureKeepsTheDatabasesOwnWords() {
        run("insert", new Outcome.Failed("42501", 1142, "permission denied", Transaction.FAILED));

        StatementExecuted event = statements(events()).getFirst();

        assertThat(event.outcome()).isEqualTo(StatementExecuted.Outcome.ERROR);
        assertThat(event.sqlState()).isEqualTo("42501");
        assertThat(event.errorCode()).isEqualTo(1142);
        assertThat(event.errorMessage()).isEqualTo("permission denied");
        assertThat(event.rows()).isNull();
        assertThat(event.transaction()).isEqualTo("failed");
    }

    @Test
    void theChainHoldsAndTheSequenceHasNoHoleWhereAStatementWasSkipped() {
        run("one", new Outcome.Ok(null, null));
        run("two", Outcome.SKIPPED);
        Statement abandoned = session.begin("simple");
        abandoned.sql(utf8("never sent whole"));
        abandoned.abandon();
        run("three", new Outcome.Ok(3L, Transaction.IDLE));

        List<StatementExecuted> statements = statements(events());

        assertThat(statements).extracting(StatementExecuted::sql).containsExactly("one", "three");
        assertThat(statements).extracting(StatementExecuted::sequence).containsExactly(1L, 2L);
        assertThat(statements.get(1).previousHash()).isEqualTo(statements.get(0).hash());
        assertChained(statements);
    }

    @Test
    void outcomesMayComeLongAfterTheNextIntentsWereBegun() {
        Statement one = begun("one");
        Statement two = begun("two");
        Statement three = session.begin("simple");
        three.sql(utf8("th"));
        one.end(new Outcome.Ok(1L, null));
        three.sql(utf8("re"));
        two.end(new Outcome.Ok(2L, null));
        three.sql(utf8("e"));
        three.parameter("int4", "3");
        three.ready();
        three.end(new Outcome.Ok(3L, null));

        List<StatementExecuted> statements = statements(events());

        assertThat(statements).extracting(StatementExecuted::sql).containsExactly("one", "two", "three");
        assertThat(statements).extracting(StatementExecuted::rows).containsExactly(1L, 2L, 3L);
        assertThat(statements.getLast().parameters()).containsExactly(new Parameter("int4", "3"));
    }

    @Test
    void longSqlIsCutIntoPartsAndNothingOfItIsLost() {
        String sql = "select '" + "añ😀".repeat(150_000) + "'";
        ByteBuf bytes = utf8(sql);
        Statement statement = session.begin("simple");
        while (bytes.isReadable()) {
            statement.sql(bytes.readSlice(Math.min(7_777, bytes.readableBytes())));
        }
        for (int i = 0; i < 40; i++) {
            statement.parameter("text", i + "x".repeat(10_000));
        }
        statement.ready();
        statement.end(new Outcome.Ok(1L, null));

        List<StatementExecuted> parts = statements(events());

        assertThat(parts.size()).isGreaterThan(5).isEqualTo(parts.getFirst().parts());
        assertThat(parts.stream().map(StatementExecuted::sql).collect(Collectors.joining()))
                .isEqualTo(sql);
        assertThat(parts.stream().flatMap(part -> part.parameters().stream())).hasSize(40);
        assertThat(parts).extracting(StatementExecuted::sequence).containsOnly(1L);
        assertThat(parts).allSatisfy(part -> assertThat(part.sql()).hasSizeLessThanOrEqualTo(StatementText.PART_CHARS));
        assertChained(parts);
    }

    @Test
    void aParameterThatIsTooLongIsReplacedByItsBeginAndItsLength() {
        Statement statement = session.begin("execute");
        statement.sql(utf8("select $1"));
        statement.parameter("text", "y".repeat(Statement.MAX_PARAMETER_CHARS));
        statement.parameter("text", "z".repeat(Statement.MAX_PARAMETER_CHARS + 1));
        statement.ready();
        statement.end(new Outcome.Ok(1L, null));

        List<String> values = statements(events()).getFirst().parameters().stream()
                .map(Parameter::value)
                .toList();

        assertThat(values.get(0)).isEqualTo("y".repeat(Statement.MAX_PARAMETER_CHARS));
        assertThat(values.get(1)).isEqualTo("z".repeat(Statement.MAX_PARAMETER_CHARS) + "… (16385 characters)");
    }

    @Test
    void sqlIsReadInTheClientsCharacterSet() {
        session.charset(Charset.forName("ISO-8859-1"));
        Statement statement = session.begin("simple");
        statement.sql(Unpooled.wrappedBuffer("é".getBytes(StandardCharsets.ISO_8859_1)));
        statement.ready();
        statement.end(new Outcome.Ok(null, null));
        session.charset(StandardCharsets.UTF_8);
        run("bad ", new Outcome.Ok(null, null), (byte) 0xC3);

        assertThat(statements(events())).extracting(StatementExecuted::sql).containsExactly("é", "bad \uFFFD");
    }

    @Test
    void statementsWithoutAnOutcomeAreUnknownWhenTheSessionCloses() {
        run("done", new Outcome.Ok(1L, null));
        begun("running");
        Statement half = session.begin("simple");
        half.sql(utf8("half".repeat(10_000)));
        session.countFromClient(100);
        session.countToClient(200);
        session.close(CloseCause.CLIENT_LOST);
        session.close(CloseCause.CLIENT_CLOSED);

        List<Event<?>> events = events();

        List<StatementExecuted> statements = statements(events);
        assertThat(statements).extracting(StatementExecuted::sql).containsExactly("done", "running");
        assertThat(statements.get(1).outcome()).isEqualTo(StatementExecuted.Outcome.UNKNOWN);
        assertThat(statements.get(1).durationMicros()).isNull();
        assertThat(events.getLast().data()).isInstanceOfSatisfying(SessionClosed.class, closed -> {
            assertThat(closed.cause()).isEqualTo("client_lost");
            assertThat(closed.statements()).isEqualTo(2);
            assertThat(closed.lastHash()).isEqualTo(statements.get(1).hash());
            assertThat(closed.bytesFromClient()).isEqualTo(100);
            assertThat(closed.bytesToClient()).isEqualTo(200);
        });
        assertThat(events)
                .filteredOn(event -> event.data() instanceof SessionClosed)
                .hasSize(1);
    }

    @Test
    void aSessionThatAProcessLeftOpenIsClosedAsCrashed() {
        begun("running");
        journal.close();
        journal = Journal.open(new JournalSettings(folder, 1 << 20, 64));

        List<Long> left = TrailReader.leftOpen(journal, Checkpoint.start());
        left.forEach(number -> JournaledSession.crashed(journal, number, CLOCK.instant()));

        List<Event<?>> events = events();
        assertThat(left).containsExactly(1L);
        assertThat(statements(events))
                .singleElement()
                .satisfies(statement -> assertThat(statement.outcome()).isEqualTo(StatementExecuted.Outcome.UNKNOWN));
        assertThat(((SessionClosed) events.getLast().data()).cause()).isEqualTo("crashed");
        assertThat(TrailReader.leftOpen(journal, Checkpoint.start())).isEmpty();
    }

    @Test
    void readingTheJournalAgainGivesTheSameEventsWithTheSameIds() {
        run("one", new Outcome.Ok(1L, null));
        begun("two");
        session.close(CloseCause.TARGET_LOST);

        List<String> first = events().stream().map(EventJson::write).toList();

        assertThat(events().stream().map(EventJson::write)).isEqualTo(first);
        assertThat(events()).extracting(Event::id).doesNotHaveDuplicates().hasSize(4);
    }

    @Test
    void goesOnFromACheckpointInTheMiddleOfEverything(@TempDir Path checkpoints) throws IOException {
        run("one", new Outcome.Ok(1L, null));
        Statement pending = begun("pending");
        Statement large = session.begin("simple");
        large.sql(utf8("L".repeat(200_000)));
        large.ready();
        TreeMap<Long, Trail> sessions = new TreeMap<>();
        List<Event<?>> before = new ArrayList<>();
        Position reached = read(Position.START, sessions, before);
        new CheckpointFile(checkpoints).save(new Checkpoint(reached, sessions), new TreeSet<>(sessions.keySet()));
        pending.end(new Outcome.Ok(2L, null));
        large.end(new Outcome.Ok(3L, null));
        session.close(CloseCause.CLIENT_CLOSED);

        Checkpoint loaded = new CheckpointFile(checkpoints).load();
        assertThat(loaded.pinned()).containsExactly(1L);
        List<Event<?>> after = new ArrayList<>();
        read(loaded.position(), loaded.sessions(), after);

        before.addAll(after);
        assertThat(before.stream().map(EventJson::write))
                .isEqualTo(events().stream().map(EventJson::write).toList());
        assertChained(statements(before));
    }

    @Test
    void theChainSaysWhereADamageTookTheBeginOfAStatement() throws IOException {
        run("one", new Outcome.Ok(1L, null));
        begun("two").end(new Outcome.Ok(1L, null));
        run("three", new Outcome.Ok(1L, null));
        session.close(CloseCause.CLIENT_CLOSED);
        flip("two");

        List<Event<?>> events = events();

        List<StatementExecuted> statements = statements(events);
        assertThat(statements).extracting(StatementExecuted::sql).containsExactly("one", "", "three");
        assertThat(statements.get(1).kind()).isEqualTo(StatementExecuted.GAP);
        assertThat(statements.get(1).rows()).isEqualTo(1);
        assertThat(statements.get(1).errorMessage())
                .isEqualTo("1 statement was executed that cannot be read: the journal was damaged");
        assertChained(statements);
        assertThat(events.getLast().data())
                .isInstanceOfSatisfying(
                        SessionClosed.class,
                        closed -> assertThat(closed.lastHash())
                                .isEqualTo(statements.getLast().hash()));
    }

    @Test
    void theChainSaysWhereADamageTookAPartOfAStatement() throws IOException {
        Statement large = session.begin("simple");
        large.sql(utf8("a".repeat(20_000)));
        large.sql(utf8("needle"));
        large.sql(utf8("b".repeat(20_000)));
        large.ready();
        large.end(new Outcome.Ok(1L, null));
        flip("needle");

        List<StatementExecuted> statements = statements(events());

        assertThat(statements).hasSize(2);
        assertThat(statements.get(0).sql()).startsWith("aaa").doesNotContain("needle");
        assertThat(statements.get(1).kind()).isEqualTo(StatementExecuted.GAP);
        assertThat(statements.get(1).rows()).isZero();
        assertThat(statements.get(1).errorMessage())
                .isEqualTo("a part of the statement before cannot be read: the journal was damaged");
        assertChained(statements);
    }

    @Test
    void recordsWhoseSessionADamageTookAreKeptAside() throws IOException {
        run("one", new Outcome.Ok(1L, null));
        flip("session.opened");

        assertThat(events()).isEmpty();
        journal.free(new Position(2, 0), Set.of());

        assertThat(folder.resolve("corrupt").resolve("%019d.seg.orphans".formatted(1)))
                .exists();
    }

    @Test
    void aDamageIsReportedInTheJournalItself() throws IOException {
        run("one", new Outcome.Ok(1L, null));
        flip("one");
        AgentId proxy = AgentId.next(CLOCK);

        DamageReport.write(journal, proxy, CLOCK);

        assertThat(events())
                .filteredOn(event -> event.data() instanceof JournalDamaged)
                .singleElement()
                .satisfies(event -> {
                    JournalDamaged damaged = (JournalDamaged) event.data();
                    assertThat(damaged.proxy()).isEqualTo(proxy);
                    assertThat(damaged.segment()).isEqualTo(1);
                    assertThat(damaged.offset()).isGreaterThan(32);
                    assertThat(damaged.bytes()).isPositive();
                    assertThat(event.subject()).isEqualTo(proxy.value());
                });
    }

    /** Closes the journal, changes one bit of {@code text} where it is found first, and opens it again. */
    private void flip(String text) throws IOException {
        journal.close();
        Path file = folder.resolve("%019d.seg".formatted(1));
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        bytes[at] ^= 1;
        Files.write(file, bytes);
        journal = Journal.open(new JournalSettings(folder, 1 << 20, 64));
    }

    @Test
    void nothingIsTakenBehindTheEnd() {
        Statement waiting = begun("waiting");
        session.close(CloseCause.CLIENT_CLOSED);

        waiting.end(new Outcome.Ok(1L, null));

        assertThatThrownBy(() -> begun("late")).isInstanceOf(IllegalStateException.class);
        assertThat(statements(events())).hasSize(1);
    }

    @Test
    void holdsTheHandlerToTheOrderOfCalls() {
        Statement one = begun("one");
        Statement two = begun("two");

        assertThatThrownBy(() -> two.end(Outcome.UNKNOWN)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> one.sql(utf8("more"))).isInstanceOf(IllegalStateException.class);
        session.begin("simple");
        assertThatThrownBy(() -> session.begin("simple")).isInstanceOf(IllegalStateException.class);
    }

    private void run(String sql, Outcome outcome, byte... more) {
        Statement statement = session.begin("simple");
        statement.sql(utf8(sql));
        statement.sql(Unpooled.wrappedBuffer(more));
        statement.ready();
        statement.end(outcome);
    }

    private Statement begun(String sql) {
        Statement statement = session.begin("simple");
        statement.sql(utf8(sql));
        statement.ready();
        return statement;
    }

    private List<Event<?>> events() {
        List<Event<?>> events = new ArrayList<>();
        read(Position.START, new TreeMap<>(), events);
        return events;
    }

    private Position read(Position from, TreeMap<Long, Trail> sessions, List<Event<?>> events) {
        TrailReader reader = new TrailReader(journal, sessions, events::add);
        Position position = from;
        Entry entry = journal.read(position);
        while (entry != null) {
            reader.read(entry);
            position = entry.next();
            entry = journal.read(position);
        }
        return position;
    }

    private static List<StatementExecuted> statements(List<Event<?>> events) {
        return events.stream()
                .map(Event::data)
                .filter(StatementExecuted.class::isInstance)
                .map(StatementExecuted.class::cast)
                .toList();
    }

    private static void assertChained(List<StatementExecuted> statements) {
        Map<Long, List<StatementExecuted>> bySequence = statements.stream()
                .collect(Collectors.groupingBy(StatementExecuted::sequence, TreeMap::new, Collectors.toList()));
        String previous = StatementChain.START;
        for (List<StatementExecuted> parts : bySequence.values()) {
            assertThat(parts.getFirst().previousHash()).isEqualTo(previous);
            previous = StatementChain.hash(parts);
            assertThat(parts).extracting(StatementExecuted::hash).containsOnly(previous);
        }
    }

    private static ByteBuf utf8(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private JournaledSession session(long number) {
        SessionOpened opened = new SessionOpened(
                SessionId.next(CLOCK),
                GrantId.next(CLOCK),
                new Grantee("u-1", "ada", ""),
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                Engine.POSTGRES,
                "hoop_ro",
                "hoop_ro",
                AgentId.next(CLOCK),
                "192.0.2.1:5000",
                "psql",
                CLOCK.instant(),
                null);
        return new JournaledSession(
                journal,
                CLOCK,
                AuditMeter.NONE,
                number,
                Event.of(EventType.SESSION_OPENED, "/sallyport/db-proxy", opened.sessionId(), CLOCK.instant(), opened));
    }
}
