package dev.sallyport.proxy.feed;

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
 * Reads one topic for ever, all partitions of it, in no consumer group: every node needs all of it. A broker or a topic that is
 * not there is waited for; after a failure it begins again where it began.
 */
public final class TopicFeed implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TopicFeed.class);
    /** How often the broker is asked while there is nothing to read; what comes then is told at once. */
    private static final Duration IDLE = Duration.ofMillis(500);

    private static final Duration RETRY = Duration.ofMillis(500);

    /** Where it begins. */
    public enum Begin {
        /** With the oldest record that there is. */
        AT_THE_OLDEST,
        /** Behind the newest record that there is. */
        BEHIND_THE_NEWEST
    }

    /** What is done with what is read. Called on the feed's thread. */
    public interface Reader {

        void read(ConsumerRecord<String, String> record);

        /** All that was there when the feed began has been read. Again after each failure. */
        default void caughtUp() {}
    }

    private final String topic;
    private final Begin begin;
    private final String bootstrapServers;
    private final Reader reader;
    private final Thread thread;
    private volatile @Nullable Consumer<String, String> consumer;
    private volatile boolean stopping;
    private volatile String state = "not started";

    /** @param name of its thread and of its client at the broker */
    public TopicFeed(String name, String topic, Begin begin, String bootstrapServers, Reader reader) {
        this.topic = topic;
        this.begin = begin;
        this.bootstrapServers = bootstrapServers;
        this.reader = reader;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Where it is, for the health check. */
    public String state() {
        return state;
    }

    private void run() {
        while (!stopping) {
            try (Consumer<String, String> opened = open()) {
                consumer = opened;
                follow(opened);
            } catch (WakeupException | InterruptException e) {
                return;
            } catch (RuntimeException e) {
                state = "cannot read " + topic + ": " + e.getMessage();
                LOG.warnf("cannot read %s, trying again: %s", topic, e.getMessage());
                pause();
            }
        }
    }

    private void follow(Consumer<String, String> opened) {
        state = "waiting for the topic " + topic;
        List<TopicPartition> partitions = partitions(opened);
        opened.assign(partitions);
        switch (begin) {
            case AT_THE_OLDEST -> opened.seekToBeginning(partitions);
            case BEHIND_THE_NEWEST -> opened.seekToEnd(partitions);
        }
        Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
        state = "reading " + topic;
        boolean caughtUp = false;
        while (!stopping) {
            if (!caughtUp
                    && partitions.stream().allMatch(part -> opened.position(part) >= ends.getOrDefault(part, 0L))) {
                caughtUp = true;
                state = "caught up";
                reader.caughtUp();
            }
            opened.poll(IDLE).forEach(reader::read);
        }
    }

    private List<TopicPartition> partitions(Consumer<String, String> opened) {
        while (true) {
            List<TopicPartition> partitions = opened.partitionsFor(topic).stream()
                    .map(part -> new TopicPartition(part.topic(), part.partition()))
                    .toList();
            if (!partitions.isEmpty()) {
                return partitions;
            }
            pause();
        }
    }

    private Consumer<String, String> open() {
        return new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.CLIENT_ID_CONFIG,
                        "db-proxy-" + thread.getName(),
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        begin == Begin.AT_THE_OLDEST ? "earliest" : "latest",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        5_000,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        (int) IDLE.toMillis(),
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
        try {
            if (!thread.join(Duration.ofSeconds(2))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
