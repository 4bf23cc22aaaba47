package dev.sallyport.notifier.announce;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.notifier.database.Database;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * An outbox over JDBC: an event is sent when, and only when, what it tells was committed. Killed between Kafka's answer and
 * the commit, it sends the event again, under the same id.
 */
@ApplicationScoped
public class Announcements {

    private static final Logger LOG = Logger.getLogger(Announcements.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final int BATCH = 100;

    private static final String TAKE = """
            WITH taken AS (
                DELETE FROM announcements
                WHERE id IN (SELECT id FROM announcements ORDER BY id LIMIT ? FOR UPDATE SKIP LOCKED)
                RETURNING *)
            SELECT topic, key, event FROM taken ORDER BY id
            """;

    private final Database database;
    private final KafkaProducer<String, String> producer;
    private volatile boolean stopping;
    private @Nullable Thread thread;

    Announcements(Database database, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
        this.database = database;
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "notifier-announcements");
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
    }

    /** Notes an event in the transaction of what it tells. */
    public static void note(Connection connection, Event<?> event) throws SQLException {
        String topic = EventType.named(event.type()).orElseThrow().topic();
        Database.run(connection, "INSERT INTO announcements (topic, key, event) VALUES (?, ?, ?)", sql -> {
            sql.setString(1, topic);
            sql.setString(2, event.subject());
            sql.setString(3, EventJson.write(event));
            return sql.executeUpdate();
        });
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("announcements").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(Duration.ofSeconds(5));
        }
        producer.close(Duration.ofSeconds(5));
    }

    private void run() {
        while (!stopping) {
            try {
                if (send() < BATCH) {
                    Thread.sleep(LOOK_EVERY);
                }
            } catch (InterruptedException e) {
                // Only stop() interrupts; what was not sent is sent after the next start.
                return;
            } catch (RuntimeException e) {
                LOG.warnf("announcements wait: %s", e.getMessage());
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            stopping = true;
        }
    }

    private int send() throws InterruptedException {
        Integer sent = database.inTransaction(connection -> {
            List<ProducerRecord<String, String>> records = Database.rows(
                    connection,
                    TAKE,
                    sql -> sql.setInt(1, BATCH),
                    row -> record(row.getString("topic"), row.getString("key"), row.getString("event")));
            List<Future<RecordMetadata>> answers =
                    records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> answer : answers) {
                await(answer);
            }
            return records.size();
        });
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return sent;
    }

    private static ProducerRecord<String, String> record(String topic, String key, String event) {
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, key, event);
        record.headers().add("content-type", Event.CONTENT_TYPE.getBytes(StandardCharsets.UTF_8));
        return record;
    }

    private static void await(Future<RecordMetadata> answer) {
        try {
            answer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("Kafka did not take an announcement", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("stopped before Kafka answered", e);
        }
    }
}
