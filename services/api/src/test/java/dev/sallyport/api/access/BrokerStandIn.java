package dev.sallyport.api.access;

import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import dev.sallyport.kernel.GrantId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private void answer(Event<?> event) {
        commands.add(event.data());
        switch (event.data()) {
            case GrantActivate activate -> tell(activate.grantId(), Phase.ACTIVE, 0);
            case GrantCredentials credentials -> tell(credentials.grantId(), Phase.ACTIVE, credentials.version());
            case GrantClose close -> tell(close.grantId(), Phase.CLOSED, 0);
            default -> throw new AssertionError(event.type());
        }
    }

    private void tell(GrantId grant, Phase phase, int credentialsVersion) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        boolean closed = phase == Phase.CLOSED;
        GrantProgressed progress = new GrantProgressed(
                grant,
                revisions.merge(grant, 1L, Long::sum),
                phase,
                "",
                now,
                now.plusSeconds(3600),
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
