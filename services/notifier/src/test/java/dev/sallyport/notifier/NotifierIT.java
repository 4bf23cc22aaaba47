package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.SessionId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class NotifierIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String NO_HASH = "0".repeat(64);

    @SuppressWarnings("NullAway.Init") // injected by the test resource
    Neighbours neighbours;

    @SuppressWarnings("NullAway.Init") // made before each
    private KafkaProducer<String, String> producer;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", neighbours.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
        neighbours.receiver().answerWith(204);
    }

    @AfterEach
    void disconnect() {
        producer.close();
    }

    @Test
    void storesAnEventOnceHoweverOftenItIsDelivered() {
        SessionId session = SessionId.next(InstantSource.system());
        Event<StatementExecuted> first = statement(session, 1);
        send(first);
        send(first);
        send(statement(session, 1));
        send(statement(session, 2));
        await().atMost(LONG).until(() -> statementsOf(session) == 2);
        send(statement(session, 3));
        await().atMost(LONG).until(() -> statementsOf(session) == 3);
    }

    @Test
    void setsPoisonApartWithItsCauseAndGoesOn() {
        SessionId session = SessionId.next(InstantSource.system());
        String key = session.value();
        producer.send(new ProducerRecord<>(Topics.QUERIES, key, "{\"no\": \"event\"}"));
        producer.send(new ProducerRecord<>(Topics.QUERIES, key, null));
        producer.send(new ProducerRecord<>(
                Topics.QUERIES,
                key,
                EventJson.write(statement(session, 1)).replaceFirst("\"grantee\":\\{[^}]*}", "\"grantee\":null")));
        send(statement(session, 2));
        await().atMost(LONG).until(() -> statementsOf(session) == 1);
        List<ConsumerRecord<String, String>> dead = read(Topics.deadLetters(Topics.QUERIES), key, 3);
        assertThat(dead)
                .extracting(record -> header(record, "dead-letter-reason"))
                .containsExactly(
                        "the event type '' is not known",
                        "a record without a value",
                        "not an event of its type (NullPointerException)");
        assertThat(dead)
                .extracting(record -> header(record, "dead-letter-topic"))
                .containsOnly(Topics.QUERIES);
        assertThat(dead.getFirst().value()).isEqualTo("{\"no\": \"event\"}");
    }

    @Test
    void losesNothingWhileTheStoreIsDown() {
        SessionId session = SessionId.next(InstantSource.system());
        sql("ALTER TABLE audit.statements RENAME TO statements_away");
        try {
            send(statement(session, 1));
            send(statement(session, 2));
            await().atMost(LONG).until(() -> RestAssured.get("/q/health/ready").statusCode() == 503);
        } finally {
            sql("ALTER TABLE audit.statements_away RENAME TO statements");
        }
        send(statement(session, 3));
        await().atMost(LONG).until(() -> statementsOf(session) == 3);
        await().atMost(LONG).until(() -> RestAssured.get("/q/health/ready").statusCode() == 200);
    }

    @Test
    void tellsAFinishedJobSignedForBothLibraries() throws JsonProcessingException {
        Event<Job> event = finished("send-webhook");
        send(event);
        send(event);
        await().atMost(LONG)
                .until(() -> !neighbours.receiver().of(event.id().value()).isEmpty());
        Receiver.Received received =
                neighbours.receiver().of(event.id().value()).getFirst();
        Map<String, List<String>> headers = received.headers().map();
        assertThatCode(() -> new com.svix.Webhook(Neighbours.SECRET)
                        .verify(
                                received.body(),
                                java.net.http.HttpHeaders.of(headers, (n, v) -> true)
                                        .map()))
                .doesNotThrowAnyException();
        assertThatCode(() -> new com.standardwebhooks.Webhook(Neighbours.SECRET)
                        .verify(
                                received.body(),
                                java.net.http.HttpHeaders.of(headers, (n, v) -> true)
                                        .map()))
                .doesNotThrowAnyException();
        String job = EventJson.configure(JsonMapper.builder().build()).writeValueAsString(event.data());
        assertThat(received.body())
                .isEqualTo("{\"event_type\":\"dbroles.job.finished\",\"event_payload\":" + job + "}");
        await().atMost(LONG).until(() -> deliveryState(event).equals("delivered"));
        assertThat(neighbours.receiver().of(event.id().value())).hasSize(1);
    }

    @Test
    void tellsNobodyWhatNobodyAskedFor() {
        Event<Job> silent = finished("create-connections");
        Event<Job> told = finished("send-webhook");
        SessionId session = SessionId.next(InstantSource.system());
        Event<SessionClosed> closed = Event.of(
                EventType.SESSION_CLOSED,
                "/test",
                session,
                now,
                new SessionClosed(
                        session, GrantId.next(InstantSource.system()), "client_closed", 0, 0, 0, NO_HASH, now));
        send(silent);
        send(closed);
        await().atMost(LONG)
                .until(() ->
                        count("audit.events WHERE event_id IN ('" + silent.id() + "', '" + closed.id() + "')") == 2);
        send(told);
        await().atMost(LONG).until(() -> deliveryState(told).equals("delivered"));
        assertThat(count("notifier.deliveries WHERE event_id IN ('" + silent.id() + "', '" + closed.id() + "')"))
                .isZero();
    }

    @Test
    void triesAgainUntilTheReceiverIsBackAndDelaysNothingElse() {
        neighbours.receiver().answerWith(503);
        Event<Job> event = finished("send-webhook");
        send(event);
        await().atMost(LONG)
                .until(() -> neighbours.receiver().of(event.id().value()).size() >= 2);
        SessionId session = SessionId.next(InstantSource.system());
        send(statement(session, 1));
        await().atMost(LONG).until(() -> statementsOf(session) == 1);
        neighbours.receiver().answerWith(200);
        await().atMost(LONG).until(() -> deliveryState(event).equals("delivered"));
    }

    @Test
    void followsNoRedirectAndGivesUpAtOnceWhenTheReceiverIsGone() {
        neighbours.receiver().answerWith(302);
        Event<Job> redirected = finished("send-webhook");
        send(redirected);
        await().atMost(LONG)
                .until(() -> neighbours.receiver().of(redirected.id().value()).size() >= 2);
        neighbours.receiver().answerWith(410);
        Event<Job> gone = finished("send-webhook");
        send(gone);
        await().atMost(LONG).until(() -> deliveryState(gone).equals("dead"));
        assertThat(neighbours.receiver().of(gone.id().value())).hasSize(1);
    }

    @Test
    void takesALoadAndLosesNoneOfIt() {
        SessionId session = SessionId.next(InstantSource.system());
        int load = 30_000;
        long start = System.nanoTime();
        for (int sequence = 1; sequence <= load; sequence++) {
            Event<StatementExecuted> event = statement(session, sequence);
            producer.send(new ProducerRecord<>(Topics.QUERIES, event.subject(), EventJson.write(event)));
        }
        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> statementsOf(session) == load);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("notifier: %,.0f statements/s from a producer on the same machine%n", load / seconds);
        assertThat(count("audit.statements WHERE session_id = '" + session + "' AND sequence BETWEEN 1 AND " + load))
                .isEqualTo(load);
    }

    @Test
    void countsWhatItDoes() {
        SessionId session = SessionId.next(InstantSource.system());
        send(statement(session, 1));
        await().atMost(LONG).until(() -> statementsOf(session) == 1);
        assertThat(RestAssured.get("/q/metrics").asString())
                .contains("sallyport_notifier_written_total{kind=\"statements\"")
                .contains("sallyport_notifier_lag_records");
        assertThat(RestAssured.get("/q/health/live").statusCode()).isEqualTo(200);
    }

    private void send(Event<?> event) {
        String topic = EventType.named(event.type()).orElseThrow().topic();
        producer.send(new ProducerRecord<>(topic, event.subject(), EventJson.write(event)));
        producer.flush();
    }

    private Event<Job> finished(String step) {
        JobId id = JobId.next(InstantSource.system());
        Job job = new Job(
                id,
                "default",
                now,
                now,
                new Job.Spec("", "arn:aws:rds:us-west-2:111122223333:db:orders", "orders", "postgres", List.of()),
                new Job.Status(Job.Phase.COMPLETED, "größer", List.of()),
                List.of(new Job.Step(step, Job.StepStatus.COMPLETED, "", now, now)));
        return Event.of(EventType.DBROLES_JOB_FINISHED, "/test", id, now, job);
    }

    private Event<StatementExecuted> statement(SessionId session, long sequence) {
        return Statements.of(session, sequence, "SELECT * FROM orders WHERE id = 1", now);
    }

    private long statementsOf(SessionId session) {
        return count("audit.statements WHERE session_id = '" + session + "'");
    }

    private String deliveryState(Event<?> event) {
        return query(
                "SELECT coalesce(max(state), 'none') FROM notifier.deliveries WHERE event_id = '" + event.id() + "'");
    }

    private long count(String from) {
        return Long.parseLong(query("SELECT count(*) FROM " + from));
    }

    private String query(String sql) {
        try (Connection connection = neighbours.plane().server().connect("sallyport");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void sql(String sql) {
        neighbours.plane().server().execute("sallyport", sql);
    }

    private List<ConsumerRecord<String, String>> read(String topic, String key, int atLeast) {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                neighbours.broker().bootstrapServers(),
                ConsumerConfig.GROUP_ID_CONFIG,
                UUID.randomUUID().toString(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest");
        List<ConsumerRecord<String, String>> records = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(LONG).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (key.equals(record.key())) {
                        records.add(record);
                    }
                });
                return records.size() >= atLeast;
            });
        }
        return records;
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }
}
