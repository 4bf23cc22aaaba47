package dev.sallyport.proxy.grants;

import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.proxy.connection.CloseCause;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads the topic of grant states into the directory, from its beginning and for ever, in no consumer group: every node needs
 * all of it. A broker that is not there is waited for. Its thread is also the clock that ends grants.
 */
public final class GrantFeed implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GrantFeed.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final GrantDirectory directory;
    private final String bootstrapServers;
    private final Thread thread =
            Thread.ofPlatform().name("grant-feed").daemon().unstarted(this::run);
    private final Thread clock =
            Thread.ofPlatform().name("grant-clock").daemon().unstarted(this::watch);
    private volatile @Nullable Consumer<String, String> consumer;
    private volatile boolean stopping;
    private volatile String state = "not started";

    public GrantFeed(GrantDirectory directory, String bootstrapServers) {
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
    }

    public void start() {
        thread.start();
        clock.start();
    }

    /** Where it is, for the health check. */
    public String state() {
        return state;
    }

    /** On its own thread: a consumer may wait long for a broker that is not there. */
    private void watch() {
        try {
            while (!stopping) {
                directory.expire();
                Thread.sleep(POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            try (Consumer<String, String> opened = open()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (RuntimeException e) {
                state = "cannot read the grants: " + e.getMessage();
                LOG.warnf("cannot read the grants, trying again: %s", e.getMessage());
                pause();
            }
        }
    }

    private void follow(Consumer<String, String> opened) {
        state = "waiting for the topic " + Topics.GRANTS_STATE;
        List<TopicPartition> partitions = partitions(opened);
        opened.assign(partitions);
        opened.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
        state = "reading the grants";
        while (!stopping) {
            opened.poll(POLL).forEach(this::apply);
            if (!directory.caughtUp()
                    && partitions.stream().allMatch(part -> opened.position(part) >= ends.getOrDefault(part, 0L))) {
                directory.catchUp();
                state = "caught up";
                LOG.infof("%d grants are live", directory.size());
            }
        }
    }

    private List<TopicPartition> partitions(Consumer<String, String> opened) {
        while (true) {
            List<TopicPartition> partitions = opened.partitionsFor(Topics.GRANTS_STATE).stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                return partitions;
            }
            pause();
        }
    }

    void apply(ConsumerRecord<String, String> record) {
        GrantId grant;
        try {
            grant = new GrantId(record.key());
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.errorf("a record of %s at offset %d has no grant's id as its key", record.topic(), record.offset());
            return;
        }
        if (record.value() == null) {
            directory.remove(grant, CloseCause.GRANT_CLOSED);
            return;
        }
        try {
            GrantState state =
                    EventJson.read(EventType.GRANT_STATE, record.value()).data();
            if (!state.grantId().equals(grant)) {
                throw new MalformedEventException("it is about another grant than its key");
            }
            directory.put(state);
        } catch (MalformedEventException e) {
            // What cannot be read opens nothing: rather out than in.
            LOG.errorf("the state of grant %s at offset %d cannot be read: %s", grant, record.offset(), e.getMessage());
            directory.remove(grant, CloseCause.GRANT_CLOSED);
        }
    }

    private Consumer<String, String> open() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "db-proxy-grants",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        5_000,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        100,
                        ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                        10_000,
                        ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
                        1_000),
                new StringDeserializer(),
                new StringDeserializer());
    }

    private void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        stopping = true;
        Consumer<String, String> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        clock.interrupt();
        try {
            if (!thread.join(Duration.ofSeconds(2))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
