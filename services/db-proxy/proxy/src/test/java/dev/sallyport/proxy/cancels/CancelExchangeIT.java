package dev.sallyport.proxy.cancels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.sessions.SessionCancel;
import dev.sallyport.kernel.Engine;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes and a real broker. */
class CancelExchangeIT {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final InetAddress CLIENT = InetAddress.getLoopbackAddress();
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    private static Path folder;

    private static KafkaBroker broker;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.in(folder).start();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void anotherNodeIsToldAndTheSessionThatHasTheKeyIsFound() {
        try (NodeOf asked = new NodeOf(Set.of());
                NodeOf holder = new NodeOf(Set.of(DIGEST));
                NodeOf third = new NodeOf(Set.of())) {
            NodeOf.awaitHearing(asked, holder, third);

            asked.exchange.cancel(CLIENT, "postgres", DIGEST);

            await().atMost(PATIENCE).until(() -> holder.count(CancelFate.FOUND) == 1);
            await().atMost(PATIENCE).until(() -> asked.count(CancelFate.TOLD) == 1);
            await().atMost(PATIENCE).until(() -> third.asked.contains(DIGEST) && asked.asked.contains(DIGEST));
            assertThat(third.count(CancelFate.FOUND)).isZero();
            assertThat(asked.count(CancelFate.FOUND)).isZero();
        }
    }

    @Test
    void theTopicIsKeptForAMinute() throws Exception {
        try (NodeOf any = new NodeOf(Set.of());
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            NodeOf.awaitHearing(any);
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.PROXIES_CANCELS);

            var config = admin.describeConfigs(List.of(topic))
                    .all()
                    .get()
                    .values()
                    .iterator()
                    .next();

            assertThat(config.get(TopicConfig.RETENTION_MS_CONFIG).value()).isEqualTo("60000");
            assertThat(config.get(TopicConfig.SEGMENT_MS_CONFIG).value()).isEqualTo("60000");
        }
    }

    @Test
    void whatIsOldAndWhatNobodyCanReadIsPassedOver() throws Exception {
        try (NodeOf holder = new NodeOf(Set.of(DIGEST))) {
            NodeOf.awaitHearing(holder);
            Instant asked = CLOCK.instant().minus(CancelExchange.HEEDED).minusSeconds(1);

            send(asked, json(DIGEST));
            send(CLOCK.instant(), "no event");
            send(CLOCK.instant(), json("cd".repeat(32)));

            await().atMost(PATIENCE).until(() -> holder.asked.contains("cd".repeat(32)));
            assertThat(holder.asked).doesNotContain(DIGEST);
            assertThat(holder.count(CancelFate.LATE)).isOne();
            assertThat(holder.count(CancelFate.FOUND)).isZero();
        }
    }

    @Test
    void aFloodOfMadeUpKeysIsCountedAndDoesNotReachKafka() {
        try (NodeOf asked = new NodeOf(Set.of())) {
            NodeOf.awaitHearing(asked);

            for (int i = 0; i < 10_000; i++) {
                asked.exchange.cancel(CLIENT, "postgres", DIGEST);
            }

            await().atMost(PATIENCE)
                    .until(() -> asked.fates.values().stream()
                                    .mapToInt(AtomicInteger::get)
                                    .sum()
                            == 10_000);
            // Of the one second that this takes, or of a few on a machine that is busy.
            assertThat(asked.count(CancelFate.TOLD)).isBetween(5, 50);
            assertThat(asked.count(CancelFate.LIMITED)).isGreaterThan(9_900);
        }
    }

    @Test
    void withoutKafkaACancelIsDroppedAndNobodyWaits() {
        try (NodeOf alone = new NodeOf("127.0.0.1:1", Set.of())) {
            Instant before = Instant.now();

            for (int i = 0; i < 300; i++) {
                alone.exchange.cancel(address(i), "postgres", DIGEST);
            }

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(2));
            // More than may wait.
            await().atMost(PATIENCE).until(() -> alone.count(CancelFate.LOST) + alone.count(CancelFate.LIMITED) >= 44);
            assertThat(alone.count(CancelFate.TOLD)).isZero();
        }
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(String digest) {
        return EventJson.write(Event.of(
                EventType.SESSION_CANCEL,
                "/sallyport/db-proxy",
                digest,
                CLOCK.instant(),
                new SessionCancel("postgres", digest)));
    }

    private static void send(Instant at, String value) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topics.PROXIES_CANCELS, null, at.toEpochMilli(), DIGEST, value))
                    .get();
        }
    }

    /** One node, as far as cancelling goes. */
    private static final class NodeOf implements Protocol, AutoCloseable {

        final Map<CancelFate, AtomicInteger> fates = new ConcurrentHashMap<>();
        final List<String> asked = new CopyOnWriteArrayList<>();
        final CancelExchange exchange;
        private final Set<String> sessions;

        NodeOf(Set<String> sessions) {
            this(broker.bootstrapServers(), sessions);
        }

        NodeOf(String bootstrapServers, Set<String> sessions) {
            this.sessions = sessions;
            exchange = new CancelExchange(
                    bootstrapServers,
                    Optional.empty(),
                    new CancelLimits(1_000, 5),
                    List.of(this),
                    CLOCK,
                    fate -> fates.computeIfAbsent(fate, _ -> new AtomicInteger())
                            .incrementAndGet());
            exchange.start();
        }

        static void awaitHearing(NodeOf... nodes) {
            for (NodeOf node : nodes) {
                await().atMost(PATIENCE).until(() -> node.exchange.state().equals("caught up"));
            }
        }

        int count(CancelFate fate) {
            return fates.getOrDefault(fate, new AtomicInteger()).get();
        }

        @Override
        public String name() {
            return "postgres";
        }

        @Override
        public Set<Engine> engines() {
            return Set.of(Engine.POSTGRES);
        }

        @Override
        public ConnectionHandler accept(ClientConnection connection) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean cancel(String digest) {
            asked.add(digest);
            return sessions.contains(digest);
        }

        @Override
        public void close() {
            exchange.close();
        }
    }
}
