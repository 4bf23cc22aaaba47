package dev.sallyport.api.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import dev.sallyport.api.Neighbours;
import dev.sallyport.auditstore.AuditStore;
import dev.sallyport.auditstore.AuditStoreSettings;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AuditIT {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final RdsDatabaseId TARGET =
            RdsDatabaseId.parse("arn:aws:rds:us-west-2:111111111111:db:orders/shop");
    private static final SessionId ENGINEERS = SessionId.next(CLOCK);
    private static final SessionId ADMINS = SessionId.next(CLOCK);

    @BeforeAll
    static void twoSessions() {
        try (AuditStore store = AuditStore.open(new AuditStoreSettings(
                Neighbours.controlPlane().jdbcUrl(),
                "sallyport_audit",
                Neighbours.controlPlane().password("sallyport_audit"),
                2,
                Duration.ofDays(30)))) {
            store.migrate();
            store.writer(CLOCK)
                    .write(List.of(
                            opened(ENGINEERS, "engineer"),
                            statement(ENGINEERS, 1, "SELECT 1"),
                            statement(ENGINEERS, 2, "SELECT 2"),
                            opened(ADMINS, "admin")));
        }
    }

    @Test
    void anAuditorReadsEverySessionAndItsStatementsAPageAtATime() {
        assertThat(as(LocalUser.AUDITOR)
                        .get("/api/audit/sessions")
                        .then()
                        .statusCode(200)
                        .extract()
                        .<List<String>>path("items.id"))
                .contains(ENGINEERS.value(), ADMINS.value());
        String path = "/api/audit/sessions/" + ENGINEERS + "/statements?limit=1";
        String cursor = as(LocalUser.AUDITOR)
                .get(path)
                .then()
                .statusCode(200)
                .body("items[0].sql", equalTo("SELECT 1"))
                .body("items[0].parameters[0].value", equalTo(null))
                .extract()
                .path("next_cursor");
        as(LocalUser.AUDITOR)
                .get(path + "&cursor=" + cursor)
                .then()
                .body("items[0].sql", equalTo("SELECT 2"))
                .body("next_cursor", equalTo(null));
    }

    @Test
    void peopleReadTheirOwnSessionsAndNoOther() {
        as(LocalUser.ENGINEER)
                .get("/api/audit/sessions/" + ENGINEERS + "/statements")
                .then()
                .statusCode(200);
        for (String path : List.of("", "/statements")) {
            as(LocalUser.ENGINEER)
                    .get("/api/audit/sessions/" + ADMINS + path)
                    .then()
                    .statusCode(404);
        }
        // A filter by person opens nothing.
        assertThat(as(LocalUser.ENGINEER)
                        .get("/api/audit/sessions?person=admin")
                        .then()
                        .statusCode(200)
                        .extract()
                        .<List<String>>path("items.id"))
                .containsExactly(ENGINEERS.value());
        given().get("/api/audit/sessions").then().statusCode(401);
    }

    @Test
    void whatCannotBeReadIsRefused() {
        as(LocalUser.AUDITOR).get("/api/audit/sessions/nonsense").then().statusCode(404);
        as(LocalUser.AUDITOR)
                .get("/api/audit/sessions?from=yesterday")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_time"));
        as(LocalUser.AUDITOR)
                .get("/api/audit/sessions/" + ENGINEERS + "/statements?cursor=bm9uc2Vuc2U")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_cursor"));
    }

    @Test
    void theLiveViewIsForAuditors() {
        as(LocalUser.ENGINEER).get("/api/audit/live").then().statusCode(403);
        given().get("/api/audit/live").then().statusCode(401);
    }

    @Test
    void aStatementIsSeenWhileItIsStillWarm() throws Exception {
        Queue<String> lines = new ConcurrentLinkedQueue<>();
        try (HttpClient client = HttpClient.newHttpClient();
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", Neighbours.kafka().bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            HttpResponse<Stream<String>> stream = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/api/audit/live"))
                            .header("Authorization", Neighbours.bearer(LocalUser.AUDITOR))
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);
            Thread reading = Thread.ofVirtual().start(() -> stream.body().forEach(lines::add));
            // Until the consumer has found the topic, nothing arrives.
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                send(producer, "SELECT 'warming'");
                return lines.stream().anyMatch(line -> line.contains("warming"));
            });

            send(producer, "SELECT 'now'");

            await().pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofMillis(500))
                    .until(() -> lines.stream().anyMatch(line -> line.contains("SELECT 'now'")));
            assertThat(lines).contains("event:statement").anyMatch(line -> line.startsWith(":"));
            stream.body().close();
            client.shutdownNow();
            reading.interrupt();
        }
    }

    private static void send(KafkaProducer<String, String> producer, String sql) {
        Event<?> event = statement(SessionId.next(CLOCK), 1, sql);
        producer.send(new ProducerRecord<>(Topics.QUERIES, event.subject(), EventJson.write(event)));
        producer.flush();
    }

    private static RequestSpecification as(LocalUser user) {
        return given().header("Authorization", Neighbours.bearer(user));
    }

    private static Event<?> opened(SessionId session, String person) {
        return Event.of(
                EventType.SESSION_OPENED,
                "/test",
                session,
                Instant.now(),
                new SessionOpened(
                        session,
                        GrantId.next(CLOCK),
                        new Grantee(person, person, person + "@sallyport.local"),
                        TARGET,
                        Engine.POSTGRES,
                        "hoop_ro",
                        "hoop_ro",
                        AgentId.next(CLOCK),
                        "127.0.0.1:50000",
                        "psql",
                        Instant.now(),
                        null));
    }

    private static Event<?> statement(SessionId session, long sequence, String sql) {
        return Event.of(
                EventType.STATEMENT_EXECUTED,
                "/test",
                session,
                Instant.now(),
                new StatementExecuted(
                        session,
                        GrantId.next(CLOCK),
                        new Grantee("engineer", "engineer", "engineer@sallyport.local"),
                        TARGET,
                        Engine.POSTGRES,
                        "hoop_ro",
                        "hoop_ro",
                        "127.0.0.1:50000",
                        "psql",
                        sequence,
                        1,
                        1,
                        "simple",
                        sql,
                        List.of(new StatementExecuted.Parameter("text", null)),
                        StatementExecuted.Outcome.OK,
                        1L,
                        30,
                        40,
                        Instant.now(),
                        250L,
                        null,
                        null,
                        null,
                        "idle",
                        "0".repeat(64),
                        "0".repeat(64)));
    }
}
