package dev.sallyport.api.audit;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.StatementExecuted;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Statements as they happen. Each replica listens for itself, from now on, and remembers nothing: what nobody watches is
 * passed over, and is found in the audit store. On a thread of its own; a slow client never holds up the others.
 */
@ApplicationScoped
public class LiveStatements {

    private static final Logger LOG = Logger.getLogger(LiveStatements.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Map<String, Object> properties;
    private final LiveConfig config;
    private final Set<MultiEmitter<? super StatementExecuted>> clients = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private @Nullable Thread thread;

    LiveStatements(
            @Identifier("default-kafka-broker") Map<String, Object> kafka, LiveConfig config, MeterRegistry meters) {
        this.config = config;
        properties = new HashMap<>(kafka);
        properties.putIfAbsent(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, "sallyport-api-live-" + UUID.randomUUID());
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
        // A topic that is made later is found within seconds.
        properties.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 5_000);
        Gauge.builder("sallyport.live.clients", clients, Set::size)
                .description("Who watches statements as they happen")
                .register(meters);
    }

    /** Room for one more? */
    boolean isFull() {
        return clients.size() >= config.maxClients();
    }

    /**
     * Every statement from now on. Fails with {@link io.smallrye.mutiny.subscription.BackPressureFailure} for a client that
     * lets more than {@code sallyport.live.client-buffer} wait.
     */
    public Multi<StatementExecuted> watch() {
        return Multi.createFrom()
                .<StatementExecuted>emitter(
                        client -> {
                            clients.add(client);
                            client.onTermination(() -> clients.remove(client));
                        },
                        config.clientBuffer());
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofPlatform().daemon().name("live-statements").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
        if (thread != null) {
            thread.interrupt();
        }
        clients.forEach(MultiEmitter::complete);
    }

    private void run() {
        while (!stopping) {
            try (KafkaConsumer<String, String> consumer =
                    new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of(Topics.QUERIES));
                while (!stopping) {
                    for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                        read(record).ifPresent(statement -> clients.forEach(client -> client.emit(statement)));
                    }
                }
            } catch (InterruptException e) {
                return;
            } catch (KafkaException e) {
                LOG.warnf("the live view is interrupted, next try in %s: %s", PAUSE, e.getMessage());
                try {
                    TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    /** Only a view: the notifier sees to it that a record which cannot be read becomes a dead letter. */
    private Optional<StatementExecuted> read(ConsumerRecord<String, String> record) {
        if (clients.isEmpty() || record.value() == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(EventJson.read(EventType.STATEMENT_EXECUTED, record.value()))
                    .map(Event::data);
        } catch (MalformedEventException e) {
            LOG.debugf("passed over in the live view: %s", e.getMessage());
            return Optional.empty();
        }
    }
}
