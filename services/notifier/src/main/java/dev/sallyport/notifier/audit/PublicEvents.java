package dev.sallyport.notifier.audit;

import dev.sallyport.auditstore.AuditStore;
import dev.sallyport.auditstore.AuditStoreSettings;
import dev.sallyport.auditstore.AuditWriter;
import dev.sallyport.auditstore.Partitions;
import dev.sallyport.contracts.Topics;
import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.webhook.Deliveries;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes public events from Kafka in batches, on a virtual thread of its own. Offsets are committed once a batch is in the
 * store and its deliveries are noted, so a crash repeats a batch and the keys of the store absorb it. When the store cannot
 * be written, the consumer goes back to where the batch began and holds still, without leaving its group.
 */
@ApplicationScoped
public class PublicEvents {

    private static final Logger LOG = Logger.getLogger(PublicEvents.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration MAINTAIN_EVERY = Duration.ofHours(1);

    private final NotifierConfig config;
    private final Map<String, Object> kafka;
    private final Deliveries deliveries;
    private final DeadLetters deadLetters;
    private final MeterRegistry meters;
    private final InstantSource clock = InstantSource.system();

    private volatile State state = State.STARTING;
    private volatile boolean stopping;
    private volatile long lag;
    private @Nullable Thread thread;
    private Instant maintainAt = Instant.MIN;

    PublicEvents(
            NotifierConfig config,
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            Deliveries deliveries,
            DeadLetters deadLetters,
            MeterRegistry meters) {
        this.config = config;
        this.kafka = kafka;
        this.deliveries = deliveries;
        this.deadLetters = deadLetters;
        this.meters = meters;
        Gauge.builder("sallyport.notifier.lag", this, events -> events.lag)
                .baseUnit("records")
                .description("Public events that are not in the store yet")
                .register(meters);
    }

    /** Where the consumer is. */
    public enum State {
        STARTING,
        CONSUMING,
        /** The store cannot be written; tried again for ever. */
        PAUSED,
        STOPPED
    }

    public State state() {
        return state;
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("public-events").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.join(Duration.ofSeconds(10));
        }
    }

    private void run() {
        try (AuditStore store = AuditStore.open(settings())) {
            AuditWriter writer = store.writer(clock);
            Partitions partitions = store.partitions(clock);
            while (!stopping) {
                try {
                    store.migrate();
                    consume(writer, partitions);
                } catch (InterruptException | WakeupException e) {
                    stopping = true;
                } catch (InterruptedException e) {
                    stopping = true;
                } catch (RuntimeException e) {
                    state = State.PAUSED;
                    LOG.errorf("consuming failed and begins anew: %s", e);
                    pause();
                }
            }
        } finally {
            state = State.STOPPED;
        }
    }

    /** What is on its way into the store. */
    private record UnderWay(Taken taken, Future<?> written) {

        static UnderWay nothing() {
            return new UnderWay(Taken.nothing(), CompletableFuture.completedFuture(null));
        }
    }

    /** One batch is read while the one before is written: the two take about as long. */
    private void consume(AuditWriter writer, Partitions partitions) throws InterruptedException {
        try (KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(properties(), new StringDeserializer(), new StringDeserializer());
                ExecutorService writing = Executors.newVirtualThreadPerTaskExecutor()) {
            consumer.subscribe(List.of(Topics.EVENTS, Topics.QUERIES));
            UnderWay before = UnderWay.nothing();
            while (!stopping) {
                Taken taken = Taken.from(consumer, POLL, config.consumer().batchSize());
                Batch.Unwritten next = Batch.read(taken);
                try {
                    maintain(partitions);
                    before.written().get();
                } catch (ExecutionException | RuntimeException e) {
                    holdStill(consumer, before.taken(), taken, e);
                    before = UnderWay.nothing();
                    continue;
                }
                state = State.CONSUMING;
                before.taken().commit(consumer);
                before = new UnderWay(taken, writing.submit(() -> take(next, writer)));
                lag = lag(consumer);
            }
            finish(consumer, before);
        }
    }

    private void finish(KafkaConsumer<String, String> consumer, UnderWay last) throws InterruptedException {
        try {
            last.written().get();
            last.taken().commit(consumer);
        } catch (ExecutionException e) {
            LOG.warnf("the last batch before the stop will come again: %s", e.getCause());
        }
    }

    private @Nullable Void take(Batch.Unwritten unwritten, AuditWriter writer) throws InterruptedException {
        if (unwritten.isEmpty()) {
            return null;
        }
        Batch batch = unwritten.write(writer);
        deliveries.add(batch.stored());
        for (Batch.Poison poison : batch.poison()) {
            deadLetters.add(poison.record(), poison.cause());
        }
        count("statements", batch.written().statements());
        count("events", batch.written().events());
        return null;
    }

    /** Goes back to the beginning of what failed and waits, polling all the while: that is what keeps the partitions. */
    private void holdStill(KafkaConsumer<String, String> consumer, Taken failed, Taken behind, Exception cause) {
        state = State.PAUSED;
        LOG.warnf("public events are held back: %s", cause instanceof ExecutionException ? cause.getCause() : cause);
        // In this order: what failed begins earlier.
        behind.rewind(consumer);
        failed.rewind(consumer);
        consumer.pause(consumer.assignment());
        // Partitions that come in this very poll are not paused yet.
        Taken.from(consumer, config.consumer().pauseWhenStoreIsDown(), 1).rewind(consumer);
        consumer.resume(consumer.assignment());
    }

    private void maintain(Partitions partitions) {
        Instant now = clock.instant();
        if (now.isAfter(maintainAt)) {
            int dropped = partitions.maintain();
            maintainAt = now.plus(MAINTAIN_EVERY);
            if (dropped > 0) {
                LOG.infof("audit records of %d days were dropped: their retention is over", dropped);
            }
        }
    }

    private static long lag(KafkaConsumer<String, String> consumer) {
        return consumer.assignment().stream()
                .mapToLong(partition -> consumer.currentLag(partition).orElse(0))
                .sum();
    }

    private void count(String kind, int written) {
        meters.counter("sallyport.notifier.written", "kind", kind).increment(written);
    }

    private void pause() {
        try {
            Thread.sleep(config.consumer().pauseWhenStoreIsDown());
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private AuditStoreSettings settings() {
        NotifierConfig.AuditStore store = config.auditStore();
        return new AuditStoreSettings(
                store.jdbcUrl(), store.username(), store.password(), store.maxConnections(), store.retention());
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "notifier");
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "notifier");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Taken.POLL_RECORDS);
        return properties;
    }
}
