package dev.sallyport.broker.grant;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL and Kafka, what the broker wrote to Kafka, and a way to command it. */
public final class Neighbours implements QuarkusTestResourceLifecycleManager {

    private static final Queue<ConsumerRecord<String, String>> RECORDS = new ConcurrentLinkedQueue<>();
    private static @Nullable ControlPlane plane;
    private static @Nullable KafkaBroker kafka;
    private static @Nullable KafkaProducer<String, String> producer;
    private static @Nullable KafkaConsumer<String, String> consumer;
    private @Nullable Thread listener;

    @Override
    public Map<String, String> start() {
        try {
            Path folder = Files.createTempDirectory("sallyport-broker-");
            plane = ControlPlane.forTests(folder.resolve("postgres"));
            kafka = KafkaBroker.in(folder.resolve("kafka")).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
        producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("group.id", "the-test");
        settings.put("auto.offset.reset", "earliest");
        settings.put("metadata.max.age.ms", "500");
        KafkaConsumer<String, String> reading =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer = reading;
        // Subscribing by pattern makes no topic: the broker has to.
        reading.subscribe(java.util.regex.Pattern.compile("sallyport\\..*"));
        listener = Thread.ofPlatform().daemon().start(() -> listen(reading));
        Map<String, String> config = new HashMap<>(plane.settingsFor("grant-broker"));
        config.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        config.put("sallyport.mode", "local");
        return config;
    }

    private static void listen(KafkaConsumer<String, String> reading) {
        try (reading) {
            while (true) {
                reading.poll(Duration.ofMillis(100)).forEach(RECORDS::add);
            }
        } catch (WakeupException e) {
            // The end of the tests.
        }
    }

    @Override
    public void stop() {
        try {
            java.util.Objects.requireNonNull(consumer).wakeup();
            java.util.Objects.requireNonNull(listener).join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        java.util.Objects.requireNonNull(producer).close();
        java.util.Objects.requireNonNull(kafka).close();
        java.util.Objects.requireNonNull(plane).close();
    }

    public static ControlPlane plane() {
        return java.util.Objects.requireNonNull(plane);
    }

    public static KafkaBroker kafka() {
        return java.util.Objects.requireNonNull(kafka);
    }

    public static void send(Event<?> event) {
        send(event.subject(), EventJson.write(event));
    }

    static void send(String key, String value) {
        ProducerRecord<String, String> record = new ProducerRecord<>(Topics.GRANTS_COMMANDS, key, value);
        record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
        java.util.Objects.requireNonNull(producer).send(record);
        java.util.Objects.requireNonNull(producer).flush();
    }

    /** What was written under this key to this topic. */
    public static List<ConsumerRecord<String, String>> on(String topic, String key) {
        return RECORDS.stream()
                .filter(record -> record.topic().equals(topic) && key.equals(record.key()))
                .toList();
    }

    /** The events of this type about this aggregate. */
    public static <T> List<T> events(EventType<T> type, String key) {
        return on(type.topic(), key).stream()
                .filter(record -> record.value() != null)
                .map(record -> EventJson.read(record.value()))
                .filter(event -> event.type().equals(type.name()))
                .map(event -> type.data().cast(event.data()))
                .toList();
    }
}
