package dev.sallyport.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** What a Kafka topic holds under one key, read from its beginning each time. */
public final class Records {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String topic;
    private final String key;

    private Records(String topic, String key) {
        this.topic = topic;
        this.key = key;
    }

    /** One record. */
    public record Entry(String value, Map<String, String> headers) {
        public @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    public static Records of(String topic, String key) {
        return new Records(topic, key);
    }

    /** Sends an event as services do. */
    public static void send(Event<?> event) {
        send(EventType.named(event.type()).orElseThrow().topic(), event.subject(), EventJson.write(event));
    }

    /** A record with the header that every producer of ours sets. */
    public static ProducerRecord<String, String> asOutbox(String topic, String key, String value) {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, key, value);
        record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
        return record;
    }

    public static void send(String topic, String key, String value) {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(broker(), new StringSerializer(), new StringSerializer())) {
            producer.send(asOutbox(topic, key, value)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the service has written something under {@code key} and has nothing more to send. */
    public static void settled(String key) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (var connection = Neighbours.controlPlane().server().connect("sallyport");
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT count(*) FROM api.outbox")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getInt(1))
                        .as("records to send, of %s among them", key)
                        .isZero();
            }
        });
    }

    /** The first record under the key, waited for. */
    public Entry only() {
        return await().atMost(PATIENCE)
                .until(this::all, entries -> !entries.isEmpty())
                .getFirst();
    }

    /** The events of one type, now. */
    public List<Entry> ofType(String type) {
        return all().stream()
                .filter(entry -> EventJson.read(entry.value()).type().equals(type))
                .toList();
    }

    /** What the public was told of changes under this subject, when all is told. */
    public static List<ConfigurationChanged> changesOf(String subject) {
        settled(subject);
        return of(Topics.EVENTS, subject).ofType(EventType.CONFIGURATION_CHANGED.name()).stream()
                .map(entry ->
                        (ConfigurationChanged) EventJson.read(entry.value()).data())
                .toList();
    }

    private List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(broker(), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (key.equals(record.key())) {
                        entries.add(entry(record));
                    }
                });
            }
        }
        return entries;
    }

    private static Entry entry(ConsumerRecord<String, String> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return new Entry(record.value(), headers);
    }

    private static Map<String, Object> broker() {
        return Map.of("bootstrap.servers", Neighbours.kafka().bootstrapServers());
    }
}
