package dev.sallyport.notifier.audit;

import dev.sallyport.contracts.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/** Where a record goes that can never be stored: as it came, with its cause and its place in the headers. */
@ApplicationScoped
class DeadLetters {

    private static final Logger LOG = Logger.getLogger(DeadLetters.class);

    private final KafkaProducer<String, String> producer;
    private final MeterRegistry meters;

    DeadLetters(@Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry meters) {
        this.meters = meters;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "notifier-dead-letters");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    /** Returns when the broker has it. */
    void add(ConsumerRecord<String, String> record, String cause) throws InterruptedException {
        ProducerRecord<String, String> dead =
                new ProducerRecord<>(Topics.deadLetters(record.topic()), record.key(), record.value());
        record.headers().forEach(dead.headers()::add);
        header(dead, "dead-letter-reason", cause);
        header(dead, "dead-letter-topic", record.topic());
        header(dead, "dead-letter-partition", Integer.toString(record.partition()));
        header(dead, "dead-letter-offset", Long.toString(record.offset()));
        try {
            producer.send(dead).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not take a dead letter", e.getCause());
        }
        meters.counter("sallyport.notifier.dead.letters", "topic", record.topic())
                .increment();
        LOG.errorf(
                "dead letter: %s, partition %d, offset %d: %s",
                record.topic(), record.partition(), record.offset(), cause);
    }

    private static void header(ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    @PreDestroy
    void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
