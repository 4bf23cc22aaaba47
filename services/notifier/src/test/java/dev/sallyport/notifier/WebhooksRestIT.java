package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.sandbox.oidc.LocalUser;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Endpoints and deliveries over REST, with people's tokens, and what the public hears of it. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class WebhooksRestIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ENDPOINTS = "/api/webhooks/endpoints";
    private static final String DELIVERIES = "/api/webhooks/deliveries";

    @SuppressWarnings("NullAway.Init") // injected by the test resource
    Neighbours neighbours;

    @SuppressWarnings("NullAway.Init") // made before each
    private KafkaProducer<String, String> producer;

    private final Secret secret = WebhookReceiver.newSecret();
    private final WebhookReceiver receiver = new WebhookReceiver(0, secret);
    private final String name = "e-" + UUID.randomUUID();

    @BeforeEach
    void connect() {
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", neighbours.broker().bootstrapServers()),
                new StringSerializer(),
                new StringSerializer());
    }

    @AfterEach
    void disconnect() {
        admin().delete(ENDPOINTS + "/" + name);
        producer.close();
        receiver.close();
    }

    @Test
    void tellsANewEndpointWithItsOwnSecretOfItsOwnEvents() {
        create().statusCode(201)
                .body("name", equalTo(name))
                .body("source", equalTo("api"))
                .body("secret", equalTo(secret.reveal()))
                .body("event_types", equalTo(List.of("session.closed")));
        admin().get(ENDPOINTS + "/" + name).then().statusCode(200).body("secret", nullValue());
        admin().get(ENDPOINTS)
                .then()
                .statusCode(200)
                .body("items.name", hasItem("default"))
                .body("items.name", hasItem(name))
                .body("items.secret", everyItem(nullValue()));

        Event<SessionClosed> event = closed();

        await().atMost(LONG).until(() -> !receiver.messages().isEmpty());
        assertThat(receiver.messages()).singleElement().satisfies(message -> {
            assertThat(message.id()).isEqualTo(event.id().value());
            assertThat(message.verified()).isTrue();
        });
        assertThat(query("SELECT encode(secret, 'escape') FROM notifier.endpoints WHERE name = '" + name + "'"))
                .doesNotContain(secret.reveal());
        awaitAudited("webhook.endpoint.changed", name, "\"change\": \"created\"");
    }

    @Test
    void signsWithTheOldSecretTooWhileReceiversChangeOver() {
        create().statusCode(201);
        String next = admin().body(Map.of("overlap_seconds", 3600))
                .post(ENDPOINTS + "/" + name + "/secret/rotate")
                .then()
                .statusCode(200)
                .body("previous_secret_until", notNullValue())
                .extract()
                .path("secret");
        assertThat(next).startsWith("whsec_").isNotEqualTo(secret.reveal());
        try (WebhookReceiver changed = new WebhookReceiver(0, Secret.of(next))) {
            closed();
            await().atMost(LONG).until(() -> !receiver.messages().isEmpty());
            assertThat(receiver.messages().getFirst().verified()).isTrue();
            update(changed.url(), false).statusCode(200).body("secret", nullValue());
            closed();
            await().atMost(LONG).until(() -> !changed.messages().isEmpty());
            assertThat(changed.messages().getFirst().verified()).isTrue();
        }
        // At once, when the old one was stolen.
        admin().body(Map.of("overlap_seconds", 0))
                .post(ENDPOINTS + "/" + name + "/secret/rotate")
                .then()
                .statusCode(200);
        update(receiver.url(), false).statusCode(200);
        int before = receiver.messages().size();
        closed();
        await().atMost(LONG).until(() -> receiver.messages().size() > before);
        assertThat(receiver.messages().getLast().verified()).isFalse();
        awaitAudited("webhook.endpoint.changed", name, "secret_rotated");
    }

    @Test
    void notesNothingForADisabledEndpoint() {
        create().statusCode(201);
        update(receiver.url(), true).statusCode(200).body("disabled", equalTo(true));
        Event<SessionClosed> unheard = closed();
        awaitStored(unheard);
        update(receiver.url(), false).statusCode(200);
        Event<SessionClosed> heard = closed();
        await().atMost(LONG).until(() -> !receiver.messages().isEmpty());
        assertThat(receiver.messages().getFirst().id()).isEqualTo(heard.id().value());
        admin().get(DELIVERIES + "?endpoint=" + name)
                .then()
                .body("items.event_id", equalTo(List.of(heard.id().value())));
    }

    @Test
    void sendsADeadMessageAgainAndSaysWhoHadItSent() {
        create().statusCode(201);
        String id = deadDelivery();
        admin().get(DELIVERIES + "/" + id)
                .then()
                .statusCode(200)
                .body("state", equalTo("dead"))
                .body("body", containsString("session.closed"))
                .body("attempts", equalTo(1));

        admin().post(DELIVERIES + "/" + id + "/replay")
                .then()
                .statusCode(202)
                .body("replays", equalTo(1))
                .body("replayed_by", equalTo("admin"));

        await().atMost(LONG).until(() -> state(id).equals("delivered"));
        assertThat(receiver.messages()).hasSize(2);
        String event = admin().get(DELIVERIES + "/" + id).path("event_id");
        awaitAudited("webhook.replayed", event, "\"subject\": \"admin\"");
        // What was delivered is sent again too: its receiver may have lost it.
        admin().post(DELIVERIES + "/" + id + "/replay").then().statusCode(202);
        await().atMost(LONG).until(() -> receiver.messages().size() == 3);
        assertThat(receiver.messages().getLast().id())
                .isEqualTo(receiver.messages().getFirst().id());
    }

    @Test
    void sendsAllDeadMessagesOfAnEndpointAgainAndNoOthers() {
        create().statusCode(201);
        deadDelivery();
        deadDelivery();
        admin().get(DELIVERIES + "?state=dead&endpoint=" + name + "&limit=1")
                .then()
                .statusCode(200)
                .body("items.size()", equalTo(1))
                .body("next_cursor", notNullValue());
        admin().body(Map.of("endpoint", name, "event_type", "session.opened"))
                .post(DELIVERIES + "/replay")
                .then()
                .statusCode(202)
                .body("replayed", equalTo(0));
        admin().body(Map.of("endpoint", name))
                .post(DELIVERIES + "/replay")
                .then()
                .statusCode(202)
                .body("replayed", equalTo(2))
                .body("more", equalTo(false));
        await().atMost(LONG).until(() -> receiver.messages().size() == 4);
        admin().body(Map.of("endpoint", name))
                .post(DELIVERIES + "/replay")
                .then()
                .statusCode(202)
                .body("replayed", equalTo(0));
    }

    @Test
    void letsTheMessagesOfARemovedEndpointDie() {
        create().statusCode(201);
        String event = "evt_" + "0".repeat(27);
        neighbours
                .plane()
                .server()
                .execute(
                        "sallyport",
                        "INSERT INTO notifier.deliveries"
                                + " (event_id, event_type, endpoint, body, created_at, state, next_attempt_at) VALUES ('"
                                + event + "', 'session.closed', '" + name
                                + "', '{}', now(), 'pending', '2126-01-01')");
        String id = admin().get(DELIVERIES + "?endpoint=" + name).path("items[0].id");
        admin().delete(ENDPOINTS + "/" + name).then().statusCode(204);
        admin().get(DELIVERIES + "/" + id)
                .then()
                .body("event_id", equalTo(event))
                .body("state", equalTo("dead"))
                .body("last_error", equalTo("the endpoint was removed"));
        admin().post(DELIVERIES + "/" + id + "/replay").then().statusCode(409).body("code", equalTo("endpoint_gone"));
        admin().delete(ENDPOINTS + "/" + name).then().statusCode(404);
        awaitAudited("webhook.endpoint.changed", name, "removed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"name\": \"Bad Name\", \"url\": \"https://x.example/\"}|invalid_field|'name' is",
                "{\"name\": \"default\", \"url\": \"https://x.example/\"}|invalid_field|'name' is",
                "{\"name\": \"a\"}|invalid_field|'url' is",
                "{\"name\": \"a\", \"url\": \"ftp://x.example/\"}|invalid_field|'url' is",
                "{\"name\": \"a\", \"url\": \"https://u:p@x.example/\"}|invalid_field|'url' is",
                "{\"name\": \"a\", \"url\": \"https://x.example/\", \"event_types\": []}|invalid_field|'event_types' is",
                "{\"name\": \"a\", \"url\": \"https://x.example/\", \"event_types\": [\"grant.state\"]}|invalid_field|'event_types' is",
                "{\"name\": \"a\", \"url\": \"https://x.example/\", \"secret\": \"whsec_c2hvcnQ=\"}|invalid_field|'secret' is",
                "{\"name\": \"a\", \"uri\": \"https://x.example/\"}|unknown_field|'uri'",
                "{\"name\": |malformed_json|JSON"
            })
    void refusesAnEndpointThatIsNoneAndSaysWhy(String body, String code, String detail) {
        admin().body(body)
                .post(ENDPOINTS)
                .then()
                .statusCode(400)
                .contentType("application/problem+json")
                .body("code", equalTo(code))
                .body("detail", containsString(detail));
    }

    @Test
    void refusesWhatCannotBe() {
        create().statusCode(201);
        create().statusCode(409).body("code", equalTo("endpoint_exists"));
        admin().delete(ENDPOINTS + "/default").then().statusCode(409).body("code", equalTo("endpoint_configured"));
        admin().get(ENDPOINTS + "/nobody").then().statusCode(404).body("code", equalTo("not_found"));
        admin().get(DELIVERIES + "?state=lost").then().statusCode(400).body("code", equalTo("invalid_state"));
        admin().get(DELIVERIES + "?limit=201").then().statusCode(400).body("code", equalTo("invalid_limit"));
        admin().get(DELIVERIES + "?cursor=x").then().statusCode(400).body("code", equalTo("invalid_cursor"));
        admin().get(DELIVERIES + "/x").then().statusCode(404).body("code", equalTo("not_found"));
        admin().body(Map.of("overlap_seconds", -1))
                .post(ENDPOINTS + "/" + name + "/secret/rotate")
                .then()
                .statusCode(400)
                .body("code", equalTo("invalid_field"));
    }

    @Test
    void isClosedToWhoHasNoTokenOrTheWrongRole() {
        RestAssured.get(ENDPOINTS).then().statusCode(401).body("code", equalTo("unauthenticated"));
        RestAssured.given()
                .header("Authorization", "Bearer nonsense")
                .get(DELIVERIES)
                .then()
                .statusCode(401)
                .body("code", equalTo("unauthenticated"));
        for (LocalUser stranger : List.of(LocalUser.ENGINEER, LocalUser.APPROVER)) {
            as(stranger).get(ENDPOINTS).then().statusCode(403).body("code", equalTo("forbidden"));
            as(stranger).get(DELIVERIES).then().statusCode(403);
        }
        as(LocalUser.AUDITOR).get(ENDPOINTS).then().statusCode(200);
        as(LocalUser.AUDITOR).get(DELIVERIES).then().statusCode(200);
        as(LocalUser.AUDITOR).get(DELIVERIES + "/0").then().statusCode(404);
        as(LocalUser.AUDITOR).body("{}").post(ENDPOINTS).then().statusCode(403);
        as(LocalUser.AUDITOR).body("{}").put(ENDPOINTS + "/" + name).then().statusCode(403);
        as(LocalUser.AUDITOR).delete(ENDPOINTS + "/" + name).then().statusCode(403);
        as(LocalUser.AUDITOR)
                .body("{}")
                .post(ENDPOINTS + "/" + name + "/secret/rotate")
                .then()
                .statusCode(403);
        as(LocalUser.AUDITOR).post(DELIVERIES + "/1/replay").then().statusCode(403);
        as(LocalUser.AUDITOR).body("{}").post(DELIVERIES + "/replay").then().statusCode(403);
    }

    @Test
    void showsInItsMetricsWhatWaitsAndWhatIsDead() {
        create().statusCode(201);
        deadDelivery();
        await().atMost(LONG)
                .untilAsserted(() -> assertThat(RestAssured.get("/q/metrics").asString())
                        .contains("sallyport_webhooks_dead{endpoint=\"" + name + "\"} 1.0")
                        .contains("sallyport_webhooks_pending{endpoint=\"" + name + "\"} 0.0")
                        .contains("sallyport_webhooks_oldest_pending_age_seconds{endpoint=\"" + name + "\"} 0.0"));
        RestAssured.get("/q/health/ready")
                .then()
                .statusCode(200)
                .body("checks.find { it.name == 'webhooks' }.data.state", equalTo("delivering"));
    }

    /** A message that was given up; its receiver would take it by now. */
    private String deadDelivery() {
        Event<SessionClosed> event = closed();
        int before = receiver.messages().size();
        await().atMost(LONG).until(() -> receiver.messages().size() > before);
        await().atMost(LONG)
                .until(() -> query("SELECT coalesce(max(state), '') FROM notifier.deliveries WHERE event_id = '"
                                + event.id() + "' AND endpoint = '" + name + "'")
                        .equals("delivered"));
        neighbours
                .plane()
                .server()
                .execute(
                        "sallyport",
                        "UPDATE notifier.deliveries SET state = 'dead', last_error = 'given up' WHERE event_id = '"
                                + event.id() + "' AND endpoint = '" + name + "'");
        return query("SELECT id FROM notifier.deliveries WHERE event_id = '" + event.id() + "' AND endpoint = '" + name
                + "'");
    }

    private ValidatableResponse create() {
        return admin().body(Map.of(
                        "name", name,
                        "url", receiver.url(),
                        "event_types", List.of("session.closed"),
                        "secret", secret.reveal()))
                .post(ENDPOINTS)
                .then();
    }

    private ValidatableResponse update(String url, boolean disabled) {
        return admin().body(Map.of("url", url, "event_types", List.of("session.closed"), "disabled", disabled))
                .put(ENDPOINTS + "/" + name)
                .then();
    }

    private RequestSpecification admin() {
        return as(LocalUser.ADMIN);
    }

    private RequestSpecification as(LocalUser user) {
        return RestAssured.given()
                .header("Authorization", neighbours.bearer(user))
                .contentType(ContentType.JSON);
    }

    private Event<SessionClosed> closed() {
        InstantSource clock = InstantSource.system();
        SessionId session = SessionId.next(clock);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Event<SessionClosed> event = Event.of(
                EventType.SESSION_CLOSED,
                "/test",
                session,
                now,
                new SessionClosed(session, GrantId.next(clock), "client_closed", 0, 0, 0, "0".repeat(64), now));
        producer.send(new ProducerRecord<>(Topics.EVENTS, event.subject(), EventJson.write(event)));
        producer.flush();
        return event;
    }

    private void awaitStored(Event<?> event) {
        await().atMost(LONG)
                .until(() -> query("SELECT count(*) FROM audit.events WHERE event_id = '" + event.id() + "'")
                        .equals("1"));
    }

    /** It went to Kafka and came back into the audit store. */
    private void awaitAudited(String type, String subject, String part) {
        await().atMost(LONG)
                .until(() -> query("SELECT coalesce(string_agg(event::text, ''), '') FROM audit.events WHERE type = '"
                                + type + "' AND subject = '" + subject + "'")
                        .replaceAll("\\s+", "")
                        .contains(part.replaceAll("\\s+", "")));
    }

    private String state(String id) {
        return query("SELECT state FROM notifier.deliveries WHERE id = " + id);
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
}
