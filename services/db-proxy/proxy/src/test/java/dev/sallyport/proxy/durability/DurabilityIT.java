package dev.sallyport.proxy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.audit.JournalDamaged;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was executed in a real database is in Kafka, once, whatever happens to the proxy, the broker and the disk. Each statement
 * inserts a number of its own, so the database knows what was executed and how often.
 */
class DurabilityIT {

    private static final Pattern NUMBER = Pattern.compile("VALUES \\((\\d+),");
    private static final int CLIENTS = 4;
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @TempDir
    static Path shared;

    static Surroundings around;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        around = new Surroundings(shared);
    }

    @AfterAll
    static void stop() {
        if (around != null) {
            around.close();
        }
    }

    @Test
    void afterKillMinusNineEverythingExecutedIsShippedOnceInEachModeThatPromisesIt() throws Exception {
        for (AuditMode mode : List.of(AuditMode.BOUNDED, AuditMode.STRICT)) {
            GrantState grant = around.grant(mode);
            try (PackagedProxy proxy = proxy(mode.label(), Map.of()).awaitReady()) {
                Load load = new Load(proxy, grant, 10);
                await().atMost(Surroundings.PATIENCE).until(() -> load.answered() > 2_000);

                proxy.kill();
                load.end();
                proxy.startAgain();

                List<Event<?>> events = closedEvents(grant, CLIENTS);
                Set<Integer> recorded = assertComplete(events, load.first());
                assertThat(recorded).hasSizeGreaterThan(2_000);
                assertThat(causes(events)).containsOnly("crashed").hasSize(CLIENTS);
                // One statement was under way on each connection, at most.
                assertThat(statements(events))
                        .filteredOn(one -> one.outcome() == StatementExecuted.Outcome.UNKNOWN)
                        .hasSizeBetween(0, CLIENTS);
            }
        }
    }

    @Test
    void whileTheBrokerIsAwayClientsAreHeldAtTheBoundAndNothingIsLost() throws Exception {
        GrantState grant = around.grant(AuditMode.BOUNDED);
        Map<String, String> small = Map.of("sallyport.proxy.journal.backlog-bytes", "400000");
        try (PackagedProxy proxy = proxy("held", small).awaitReady()) {
            Load load = new Load(proxy, grant, 10);
            await().atMost(Surroundings.PATIENCE).until(() -> load.answered() > 200);

            around.stopBroker();
            await().atMost(Surroundings.PATIENCE)
                    .until(() -> proxy.figure("sallyport_proxy_journal_backlog_bytes") > 400_000);
            awaitStill(load);
            int held = load.answered();
            around.startBroker();

            await().atMost(Surroundings.PATIENCE).until(() -> load.answered() > held + 500);
            load.end();
            assertThat(load.failures()).isEmpty();
            assertComplete(closedEvents(grant, CLIENTS), load.first());
        }
    }

    @Test
    void aFullDiskRefusesStatementsUntilThereIsSpaceAgain() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()))
                .as("a file system of our own to fill")
                .isZero();
        GrantState grant = around.grant(AuditMode.BOUNDED);
        Map<String, String> small = Map.of("sallyport.proxy.journal.segment-bytes", "1048576");
        try (PackagedProxy proxy = new PackagedProxy(
                        around.settings(), disk.resolve("journal"), folder.resolve("full.log"), small)
                .awaitReady()) {
            Path ballast = fillUp(disk);
            Load load = new Load(proxy, grant, 10_000);

            await().atMost(Surroundings.PATIENCE).until(() -> load.failures().size() == CLIENTS);
            load.end();
            assertThat(load.failures()).allSatisfy(failure -> {
                assertThat(failure.getSQLState()).isEqualTo("58030");
                assertThat(failure.getMessage()).contains("statements cannot be recorded");
            });
            assertThat(proxy.log()).contains("No space left on device");
            Files.delete(ballast);
            proxy.awaitReady();
            Load again = new Load(proxy, grant, 10_000);
            await().atMost(Surroundings.PATIENCE).until(() -> again.answered() > 300);
            again.end();

            assertThat(again.failures()).isEmpty();
            assertComplete(closedEvents(grant, 2 * CLIENTS), load.first());
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    @Test
    void aDamagedJournalIsReportedAndTheRestOfItIsShipped() throws Exception {
        GrantState grant = around.grant(AuditMode.BOUNDED);
        Map<String, String> small = Map.of("sallyport.proxy.journal.segment-bytes", "1048576");
        try (PackagedProxy proxy = proxy("damaged", small).awaitReady()) {
            try (Connection warm = proxy.connect(around.login(grant))) {
                assertThat(warm.isValid(30)).isTrue();
            }
            around.stopBroker();
            Load load = new Load(proxy, grant, 1_000);
            await().atMost(Surroundings.PATIENCE).until(() -> load.answered() > 2_500);
            proxy.kill();
            load.end();
            List<Path> segments = segments("damaged");
            assertThat(segments).hasSizeGreaterThan(2);
            flipABit(segments.get(1));
            cutOff(segments.get(2));

            around.startBroker();
            proxy.startAgain();

            List<Event<?>> events = closedEvents(grant, CLIENTS + 1);
            List<JournalDamaged> damages = around.events(all -> damages(all).size() >= 2).stream()
                    .map(Event::data)
                    .filter(JournalDamaged.class::isInstance)
                    .map(JournalDamaged.class::cast)
                    .toList();
            assertThat(damages)
                    .extracting(JournalDamaged::segment)
                    .contains(number(segments.get(1)), number(segments.get(2)));
            assertThat(proxy.log()).contains(segments.get(1) + " cannot be read from offset ");
            assertThat(proxy.figure("sallyport_proxy_journal_segments_corrupt")).isEqualTo(2);
            Path aside = folder.resolve("damaged").resolve("corrupt");
            assertThat(aside.resolve(segments.get(1).getFileName())).exists();
            assertThat(aside.resolve(segments.get(2).getFileName())).exists();
            assertThat(numbers(statements(events)).size()).isGreaterThan(1_500);
            bySession(statements(events)).values().forEach(DurabilityIT::assertChained);
            await().atMost(Surroundings.PATIENCE)
                    .until(() -> proxy.figure("sallyport_proxy_journal_backlog_bytes") == 0);
        }
    }

    private PackagedProxy proxy(String name, Map<String, String> more) {
        return new PackagedProxy(around.settings(), folder.resolve(name), folder.resolve(name + ".log"), more);
    }

    /** Until nobody was answered for a second. */
    private static void awaitStill(Load load) {
        int[] seen = {-1};
        await().atMost(Surroundings.PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    int now = load.answered();
                    boolean still = now == seen[0];
                    seen[0] = now;
                    return still;
                });
    }

    private static List<Event<?>> closedEvents(GrantState grant, int sessions) {
        return around
                .events(all -> {
                    List<Event<?>> ours = of(grant, all);
                    long stated = ours.stream()
                            .map(Event::data)
                            .filter(SessionClosed.class::isInstance)
                            .mapToLong(closed -> ((SessionClosed) closed).statements())
                            .sum();
                    return causes(ours).size() >= sessions
                            && statements(ours).stream()
                                            .filter(one -> one.part() == 1)
                                            .count()
                                    >= stated;
                })
                .stream()
                .filter(event -> of(grant, List.of(event)).size() == 1)
                .toList();
    }

    private static List<Event<?>> of(GrantState grant, List<Event<?>> events) {
        return events.stream()
                .filter(event -> switch (event.data()) {
                    case SessionOpened opened -> opened.grantId().equals(grant.grantId());
                    case SessionClosed closed -> closed.grantId().equals(grant.grantId());
                    case StatementExecuted statement -> statement.grantId().equals(grant.grantId());
                    default -> false;
                })
                .toList();
    }

    /** Every number in the database is in one event, and every other event's outcome is not known to have been a success. */
    private static Set<Integer> assertComplete(List<Event<?>> events, int first) throws SQLException {
        Map<Integer, Integer> executed = executed(first);
        assertThat(executed.values()).as("nothing is executed twice").containsOnly(1);
        List<StatementExecuted> statements = statements(events);
        List<Integer> recorded = numbers(statements);
        assertThat(recorded).as("nothing is recorded twice").doesNotHaveDuplicates();
        Set<Integer> missing = new TreeSet<>(executed.keySet());
        missing.removeAll(recorded);
        assertThat(missing).as("executed and not recorded").isEmpty();
        assertThat(numbers(statements.stream()
                        .filter(one -> one.outcome() == StatementExecuted.Outcome.OK)
                        .toList()))
                .as("recorded as done")
                .isSubsetOf(executed.keySet());
        bySession(statements).values().forEach(DurabilityIT::assertChained);
        return new HashSet<>(recorded);
    }

    private static void assertChained(List<StatementExecuted> statements) {
        String previous = StatementChain.START;
        for (int i = 0; i < statements.size(); i++) {
            StatementExecuted statement = statements.get(i);
            assertThat(statement.sequence()).isEqualTo(i + 1);
            assertThat(statement.previousHash()).isEqualTo(previous);
            previous = StatementChain.hash(List.of(statement));
            assertThat(statement.hash()).isEqualTo(previous);
        }
    }

    private static Map<String, List<StatementExecuted>> bySession(List<StatementExecuted> statements) {
        Map<String, List<StatementExecuted>> sessions = new HashMap<>();
        statements.stream()
                .sorted(Comparator.comparingLong(StatementExecuted::sequence))
                .forEach(one -> sessions.computeIfAbsent(one.sessionId().value(), _ -> new ArrayList<>())
                        .add(one));
        return sessions;
    }

    private static Map<Integer, Integer> executed(int first) throws SQLException {
        Map<Integer, Integer> executed = new HashMap<>();
        try (Connection connection = around.target.connect("orders");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n FROM done WHERE n >= " + first)) {
            while (rows.next()) {
                executed.merge(rows.getInt(1), 1, Integer::sum);
            }
        }
        return executed;
    }

    private static List<Integer> numbers(List<StatementExecuted> statements) {
        List<Integer> numbers = new ArrayList<>();
        for (StatementExecuted statement : statements) {
            Matcher number = NUMBER.matcher(statement.sql());
            if (number.find()) {
                numbers.add(Integer.parseInt(number.group(1)));
            }
        }
        return numbers;
    }

    private static List<StatementExecuted> statements(List<Event<?>> events) {
        return events.stream()
                .map(Event::data)
                .filter(StatementExecuted.class::isInstance)
                .map(StatementExecuted.class::cast)
                .toList();
    }

    private static List<String> causes(List<Event<?>> events) {
        return events.stream()
                .map(Event::data)
                .filter(SessionClosed.class::isInstance)
                .map(closed -> ((SessionClosed) closed).cause())
                .toList();
    }

    private static List<Event<?>> damages(List<Event<?>> events) {
        return events.stream()
                .filter(event -> event.data() instanceof JournalDamaged)
                .toList();
    }

    private List<Path> segments(String journal) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(journal))) {
            return files.filter(file -> file.toString().endsWith(".seg"))
                    .sorted()
                    .toList();
        }
    }

    private static long number(Path segment) {
        return Long.parseLong(segment.getFileName().toString().replace(".seg", ""));
    }

    private static void flipABit(Path segment) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(500_000);
            int was = file.read();
            file.seek(500_000);
            file.write(was ^ 0x10);
        }
    }

    private static void cutOff(Path segment) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(600_001);
        }
    }

    private static Path fillUp(Path disk) throws IOException {
        Path ballast = disk.resolve("ballast");
        byte[] some = new byte[4096];
        try (RandomAccessFile file = new RandomAccessFile(ballast.toFile(), "rw")) {
            while (true) {
                file.write(some);
            }
        } catch (IOException full) {
            return ballast;
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** Clients that insert one number after the other until they are told to end, or until something fails. */
    private static final class Load {

        private final AtomicInteger answered = new AtomicInteger();
        private final List<SQLException> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> clients = new ArrayList<>();
        private final int first = NUMBERS.get() + 1;
        private volatile boolean ending;

        Load(PackagedProxy proxy, GrantState grant, int fillerChars) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofPlatform().start(() -> work(proxy, grant, "x".repeat(fillerChars))));
            }
        }

        private void work(PackagedProxy proxy, GrantState grant, String filler) {
            try (Connection connection = proxy.connect(around.login(grant));
                    Statement statement = connection.createStatement()) {
                while (!ending) {
                    statement.executeUpdate(
                            "INSERT INTO done VALUES (" + NUMBERS.incrementAndGet() + ", '" + filler + "')");
                    answered.incrementAndGet();
                }
            } catch (SQLException e) {
                failures.add(e);
            }
        }

        /** No number of this load is lower. */
        int first() {
            return first;
        }

        int answered() {
            return answered.get();
        }

        List<SQLException> failures() {
            return failures;
        }

        void end() throws InterruptedException {
            ending = true;
            for (Thread client : clients) {
                client.join();
            }
        }
    }
}
