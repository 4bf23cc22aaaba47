package dev.sallyport.outbox;

import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows to Kafka, idempotent and with {@code acks=all}. Two records of one key are never in flight together: when the
 * first fails, the second has not been sent. For the relay's thread only.
 */
@ApplicationScoped
class RecordSender {

    private final Map<String, Object> properties;
    private @Nullable KafkaProducer<String, @Nullable String> producer;

    RecordSender(
            @Identifier("default-kafka-broker") Map<String, Object> kafka,
            @ConfigProperty(name = "quarkus.application.name", defaultValue = "sallyport") String application,
            OutboxConfig config) {
        int deliveryMillis = Math.toIntExact(config.deliveryTimeout().toMillis());
        properties = new HashMap<>(kafka);
        properties.putIfAbsent(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, application + "-outbox");
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.max(1, deliveryMillis / 2));
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliveryMillis);
    }

    /** What came of one call: the ids that were acknowledged and, unless all were, the first failure. */
    record Sent(List<Long> acknowledged, @Nullable Exception failure) {}

    /** Sends as many as it can and waits for the broker. Stops at the first that fails. */
    Sent send(List<OutboxTable.Stored> rows) throws InterruptedException {
        List<Long> acknowledged = new ArrayList<>();
        for (List<OutboxTable.Stored> wave : waves(rows)) {
            Exception failure = sendTogether(wave, acknowledged);
            if (failure != null) {
                return new Sent(acknowledged, failure);
            }
        }
        return new Sent(acknowledged, null);
    }

    /** The nth record of each key is in the nth wave: as few waves as keep the order of every key. */
    static List<List<OutboxTable.Stored>> waves(List<OutboxTable.Stored> rows) {
        List<List<OutboxTable.Stored>> waves = new ArrayList<>();
        Map<String, Integer> sent = new HashMap<>();
        for (OutboxTable.Stored row : rows) {
            int nth = sent.merge(row.record().topic() + '/' + row.record().key(), 1, Integer::sum);
            if (nth > waves.size()) {
                waves.add(new ArrayList<>());
            }
            waves.get(nth - 1).add(row);
        }
        return waves;
    }

    private @Nullable Exception sendTogether(List<OutboxTable.Stored> wave, List<Long> acknowledged)
            throws InterruptedException {
        List<Future<RecordMetadata>> acks = new ArrayList<>(wave.size());
        for (OutboxTable.Stored row : wave) {
            Future<RecordMetadata> ack = producer().send(toKafka(row.record()));
            acks.add(ack);
            if (ack.state() == Future.State.FAILED) {
                // Without metadata each further send would block for as long again.
                break;
            }
        }
        Exception failure = null;
        for (int i = 0; i < acks.size(); i++) {
            try {
                acks.get(i).get();
                acknowledged.add(wave.get(i).id());
            } catch (ExecutionException e) {
                failure = failure == null ? recover(e) : failure;
            }
        }
        return failure;
    }

    private static ProducerRecord<String, @Nullable String> toKafka(OutboxRecord record) {
        ProducerRecord<String, @Nullable String> kafka =
                new ProducerRecord<>(record.topic(), record.key(), record.value());
        record.headers().forEach((name, value) -> kafka.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
        return kafka;
    }

    /** A producer that met more than a passing failure is of no more use. */
    private Exception recover(ExecutionException e) {
        if (!(e.getCause() instanceof RetriableException)) {
            close();
        }
        return e.getCause() instanceof Exception cause ? cause : e;
    }

    private KafkaProducer<String, @Nullable String> producer() {
        KafkaProducer<String, @Nullable String> current = producer;
        if (current == null) {
            current = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
            producer = current;
        }
        return current;
    }

    @PreDestroy
    void close() {
        KafkaProducer<String, @Nullable String> current = producer;
        producer = null;
        if (current != null) {
            current.close(Duration.ZERO);
        }
    }
}
