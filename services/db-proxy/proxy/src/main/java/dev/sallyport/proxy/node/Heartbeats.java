package dev.sallyport.proxy.node;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.proxy.feed.ProxyEvents;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Says every few seconds that this node is alive and where its clients reach it. A beat that cannot be sent is not made up for. */
final class Heartbeats implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Heartbeats.class);
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Settings settings;
    private final String bootstrapServers;
    private final InstantSource clock;
    private final Instant startedAt;
    private final Supplier<List<AgentHeartbeat.Listener>> listeners;
    private final EcsTask task;
    private final Thread thread =
            Thread.ofPlatform().name("heartbeats").daemon().unstarted(this::run);
    private volatile boolean stopping;

    Heartbeats(
            Settings settings,
            String bootstrapServers,
            InstantSource clock,
            Supplier<List<AgentHeartbeat.Listener>> listeners,
            EcsTask task) {
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.listeners = listeners;
        this.task = task;
    }

    void start() {
        thread.start();
    }

    /** Beats at once: something changed. */
    void now() {
        LockSupport.unpark(thread);
    }

    private void run() {
        Producer<String, String> producer = producer();
        try {
            while (!stopping) {
                beat(producer);
                LockSupport.parkNanos(INTERVAL.toNanos());
            }
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private void beat(Producer<String, String> producer) {
        Settings.Agent agent = settings.agent();
        AgentHeartbeat alive = new AgentHeartbeat(
                new AgentId(agent.id()),
                "db-proxy",
                agent.name(),
                ProxyNode.version(),
                startedAt,
                agent.network(),
                listeners.get(),
                task.get().orElse(null));
        Event<AgentHeartbeat> event =
                Event.of(EventType.AGENT_HEARTBEAT, ProxyEvents.SOURCE, alive.agentId(), clock.instant(), alive);
        ProducerRecord<String, String> record = new ProducerRecord<>(
                EventType.AGENT_HEARTBEAT.topic(), null, event.subject(), EventJson.write(event), ProxyEvents.HEADERS);
        try {
            producer.send(record);
        } catch (KafkaException e) {
            LOG.debugf("a heartbeat was not sent: %s", e.getMessage());
        }
    }

    private Producer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG, "db-proxy-heartbeats",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000),
                new StringSerializer(),
                new StringSerializer());
    }

    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(Duration.ofSeconds(1))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
