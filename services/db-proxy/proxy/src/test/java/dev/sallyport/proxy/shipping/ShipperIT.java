package dev.sallyport.proxy.shipping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.JournalSettings;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.process.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the journal reaches Kafka, whatever dies in between. */
class ShipperIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    static Path shared;

    private static KafkaBroker broker;
    private static int port;

    @TempDir
    Path folder;

    @BeforeAll
    static void startBroker() {
        port = FreePort.any();
        broker = KafkaBroker.in(shared.resolve("kafka")).port(port).start();
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void losesNothingAndMakesNothingTwiceWhileTheBrokerIsAway() {
        try (Journal journal = Journal.open(new JournalSettings(folder, 64 * 1024, 64));
                Shipper shipper = Shipper.start(journal, folder, broker.bootstrapServers(), Instant.now())) {
            JournaledSession session = JournalWriter.session(journal, 1);
            execute(session, 1, 500);
            await().atMost(PATIENCE).until(() -> shipper.backlogBytes() == 0);
            broker.close();
            execute(session, 501, 2_000);
            assertThat(shipper.backlogBytes()).isPositive();
            broker = KafkaBroker.in(shared.resolve("kafka")).port(port).start();
            execute(session, 2_001, 2_500);
            session.close(CloseCause.CLIENT_CLOSED);

            List<Event<?>> events = eventsUntil(event -> closes(event, session));

            await().atMost(PATIENCE).until(() -> shipper.backlogBytes() == 0 && journal.segments() <= 2);
            assertComplete(events, session, 2_500);
            assertThat(shipper.failing()).isFalse();
        }
    }

    @Test
    void aNextProcessGoesOnWhereOneStoppedAndSendsTheSameAgainAfterACrash() throws IOException {
        JournalSettings settings = new JournalSettings(folder, 1 << 20, 64);
        JournaledSession session;
        try (Journal journal = Journal.open(settings)) {
            session = JournalWriter.session(journal, 7);
            execute(session, 1, 1_000);
            // Ships, and what it noted of how far it came is lost.
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            try (Shipper first = Shipper.start(journal, elsewhere, broker.bootstrapServers(), Instant.now())) {
                await().atMost(PATIENCE).until(() -> first.backlogBytes() == 0);
            }
        }
        try (Journal journal = Journal.open(settings);
                Shipper shipper = Shipper.start(journal, folder, broker.bootstrapServers(), Instant.now())) {
            List<Event<?>> events = eventsUntil(event -> closes(event, session));

            assertComplete(events, session, 1_000);
            assertThat(events.stream().filter(event -> closes(event, session)))
                    .singleElement()
                    .satisfies(event ->
                            assertThat(((SessionClosed) event.data()).cause()).isEqualTo("crashed"));
            await().atMost(PATIENCE).until(() -> shipper.backlogBytes() == 0);
        }
    }

    @Test
    void whatWasJournaledBeforeKillMinusNineIsShippedByTheNextStart() throws Exception {
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        JournalWriter.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Map<String, Integer> forwarded = new HashMap<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                note(forwarded, line);
                if (forwarded.values().stream().mapToInt(Integer::intValue).sum() == 5_000) {
                    // Not by the process: that would close its output unread.
                    writer.toHandle().destroyForcibly();
                }
            }
        } catch (IOException e) {
            // The stream of a killed process.
        }
        assertThat(writer.waitFor()).isEqualTo(137);

        List<Event<?>> events;
        try (Journal journal = Journal.open(new JournalSettings(folder, 1 << 20, 1000));
                Shipper shipper = Shipper.start(journal, folder, broker.bootstrapServers(), Instant.now())) {
            assertThat(journal.corruptSegments()).isZero();
            int[] closed = {0};
            Instant started = Instant.now().minusSeconds(1);
            events = eventsUntil(event -> event.data() instanceof SessionClosed done
                    && done.closedAt().isAfter(started)
                    && ++closed[0] == 2);
            await().atMost(PATIENCE).until(() -> shipper.backlogBytes() == 0);
        }

        Map<String, List<StatementExecuted>> bySession = new HashMap<>();
        for (StatementExecuted statement : statements(events)) {
            // The other tests of this class write to the same topic; theirs have no thread in their text.
            if (statement.sql().matches("statement [01]:\\d+")) {
                String thread = statement.sql().substring("statement ".length(), "statement ".length() + 1);
                bySession.computeIfAbsent(thread, _ -> new ArrayList<>()).add(statement);
            }
        }
        forwarded.forEach((thread, last) -> {
            List<StatementExecuted> statements = bySession.getOrDefault(thread, List.of());
            // Not fewer; a few more, whose lines were on their way when the process died.
            assertThat(statements).hasSizeGreaterThanOrEqualTo(last);
            for (int i = 0; i < statements.size(); i++) {
                assertThat(statements.get(i).sql()).isEqualTo("statement " + thread + ":" + (i + 1));
                assertThat(statements.get(i).sequence()).isEqualTo(i + 1);
            }
            assertChained(statements);
        });
        assertThat(forwarded).hasSize(2);
    }

    private static void note(Map<String, Integer> forwarded, String line) {
        String[] words = line.split(" ");
        // The last line may be cut.
        if (words.length == 2 && words[1].matches("\\d+")) {
            forwarded.merge(words[0], 1, Integer::sum);
        }
    }

    private void execute(JournaledSession session, int from, int to) {
        for (int i = from; i <= to; i++) {
            JournalWriter.begin(session, "statement " + i).end(new Outcome.Ok((long) i, null));
        }
    }

    private static boolean closes(Event<?> event, JournaledSession session) {
        return event.data() instanceof SessionClosed closed
                && closed.sessionId().equals(session.id());
    }

    private static void assertComplete(List<Event<?>> all, JournaledSession session, int count) {
        List<Event<?>> events = all.stream()
                .filter(event -> event.subject().equals(session.id().value()))
                .toList();
        assertThat(events.stream().filter(event -> event.data() instanceof SessionOpened))
                .hasSize(1);
        List<StatementExecuted> statements = statements(events);
        assertThat(statements).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(statements.get(i).sequence()).isEqualTo(i + 1);
            assertThat(statements.get(i).sql()).isEqualTo("statement " + (i + 1));
        }
        assertChained(statements);
    }

    private static void assertChained(List<StatementExecuted> statements) {
        String previous = StatementChain.START;
        for (StatementExecuted statement : statements) {
            assertThat(statement.previousHash()).isEqualTo(previous);
            previous = StatementChain.hash(List.of(statement));
            assertThat(statement.hash()).isEqualTo(previous);
        }
    }

    private static List<StatementExecuted> statements(List<Event<?>> events) {
        return events.stream()
                .map(Event::data)
                .filter(StatementExecuted.class::isInstance)
                .map(StatementExecuted.class::cast)
                .toList();
    }

    /** All events, each once by its id, until one of the topic of sessions satisfies {@code last}, which comes last. */
    private static List<Event<?>> eventsUntil(Predicate<Event<?>> last) {
        Map<String, Event<?>> statements = new LinkedHashMap<>();
        Map<String, Event<?>> sessions = new LinkedHashMap<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        UUID.randomUUID().toString(),
                        "auto.offset.reset",
                        "earliest",
                        "metadata.max.age.ms",
                        "500"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.EVENTS, Topics.QUERIES));
            boolean[] seen = {false};
            int[] quiet = {0};
            await().atMost(PATIENCE).until(() -> {
                int before = statements.size() + sessions.size();
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    Event<?> event = EventJson.read(record.value());
                    boolean statement = event.data() instanceof StatementExecuted;
                    Event<?> known = (statement ? statements : sessions)
                            .putIfAbsent(event.id().value(), event);
                    // The same id is the same event.
                    assertThat(known == null || EventJson.write(known).equals(record.value()))
                            .isTrue();
                    seen[0] |= known == null && last.test(event);
                });
                quiet[0] = statements.size() + sessions.size() == before ? quiet[0] + 1 : 0;
                // The two topics are not in step: the statements were sent before the end of their session.
                return seen[0] && quiet[0] >= 3;
            });
        }
        List<Event<?>> all = new ArrayList<>(statements.values());
        all.addAll(sessions.values());
        return all;
    }
}
