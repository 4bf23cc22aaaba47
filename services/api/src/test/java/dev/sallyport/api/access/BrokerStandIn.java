package dev.sallyport.api.access;

import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import dev.sallyport.kernel.GrantId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Answers commands on the real topics as the grant-broker does, and keeps what it was told. */
public final class BrokerStandIn implements AutoCloseable {

    private final List<Object> commands = new CopyOnWriteArrayList<>();
    private final KafkaConsumer<String, String> consumer;
    private final KafkaProducer<String, String> producer;
    private final Map<GrantId, Long> revisions = new HashMap<>();
    private final Map<GrantId, Instant> ends = new HashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Thread thread;

    public BrokerStandIn(String bootstrapServers) {
        Map<String, Object> client = Map.of("bootstrap.servers", bootstrapServers);
        Map<String, Object> reading = new HashMap<>(client);
        reading.put("group.id", "broker-stand-in");
        reading.put("auto.offset.reset", "earliest");
        reading.put("metadata.max.age.ms", "500");
        consumer = new KafkaConsumer<>(reading, new StringDeserializer(), new StringDeserializer());
        producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
        consumer.subscribe(List.of(Topics.GRANTS_COMMANDS));
        thread = Thread.ofPlatform().daemon().start(this::run);
    }

    /** The commands so far of this kind about this grant. */
    <T> List<T> commands(Class<T> kind) {
        return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private void run() {
        try (consumer;
                producer) {
            while (true) {
                consumer.poll(Duration.ofMillis(50)).forEach(record -> answer(EventJson.read(record.value())));
            }
        } catch (WakeupException e) {
            // The end.
        }
    }

    /** From now on grants on this database cannot be activated. */
    void refuse(String database) {
        refused.add(database);
    }

    /** From now on they can. */
    void admit(String database) {
        refused.remove(database);
    }

    private void answer(Event<?> event) {
        commands.add(event.data());
        switch (event.data()) {
            case GrantActivate activate -> activate(activate);
            case GrantCredentials credentials -> tell(credentials.grantId(), Phase.ACTIVE, credentials.version());
            case GrantExtend extend -> {
                ends.computeIfPresent(extend.grantId(), (grant, end) -> end.plus(extend.by()));
                tell(extend.grantId(), Phase.ACTIVE, 0);
            }
            case GrantClose close -> tell(close.grantId(), Phase.CLOSED, 0);
            default -> throw new AssertionError(event.type());
        }
    }

    private void activate(GrantActivate activate) {
        boolean refuse = refused.contains(activate.target().databaseId().toString());
        ends.put(activate.grantId(), now().plus(activate.duration()));
        tell(activate.grantId(), refuse ? Phase.FAILED : Phase.ACTIVE, 0);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    private void tell(GrantId grant, Phase phase, int credentialsVersion) {
        Instant now = now();
        boolean closed = phase == Phase.CLOSED;
        boolean failed = phase == Phase.FAILED;
        GrantProgressed progress = new GrantProgressed(
                grant,
                null,
                null,
                null,
                null,
                revisions.merge(grant, 1L, Long::sum),
                phase,
                failed ? "the account said no" : "",
                failed ? null : now,
                failed ? null : ends.getOrDefault(grant, now),
                closed ? now : null,
                closed ? "revoked" : null,
                closed ? "somebody" : null,
                credentialsVersion);
        producer.send(Records.asOutbox(
                Topics.GRANTS_PROGRESS,
                grant.value(),
                EventJson.write(Event.of(EventType.GRANT_PROGRESSED, "/test", grant, now, progress))));
        producer.flush();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
