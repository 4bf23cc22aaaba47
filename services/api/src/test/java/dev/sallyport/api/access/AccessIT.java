package dev.sallyport.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.sallyport.api.Neighbours;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AccessIT {

    private static @Nullable BrokerStandIn broker;

    private String target = "";

    @BeforeAll
    static void neighbours() {
        broker = new BrokerStandIn(Neighbours.kafka().bootstrapServers());
    }

    @AfterAll
    static void stop() {
        broker().close();
    }

    /** A database of its own for each test. */
    @BeforeEach
    void database() {
        target = TestDatabases.make();
    }

    @Test
    void everyoneSeesWhatTheyMayAskFor() {
        as(LocalUser.ENGINEER)
                .get("/api/access/entitlements?limit=200")
                .then()
                .statusCode(200)
                .body("items.target", hasItem(target));
    }

    @Test
    void aDryRunSaysWhatWouldHappenAndDoesNothing() {
        assertThat(ensure(LocalUser.ENGINEER, ", \"dry_run\": true").extract().<String>path("items[0].outcome"))
                .isEqualTo("will_request");
        ensure(LocalUser.ENGINEER, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void askingAgainFindsTheOpenRequestAndThenTheLiveGrant() {
        String request = request();
        ensure(LocalUser.ENGINEER, "")
                .body("items[0].outcome", equalTo("pending"))
                .body("items[0].request_id", equalTo(request));

        String grant = approve(request);
        awaitStatus(grant, "active");

        ensure(LocalUser.ENGINEER, "")
                .body("items[0].outcome", equalTo("active"))
                .body("items[0].grant_id", equalTo(grant));
    }

    @Test
    void askingManyTimesAtOnceMakesOneRequest() throws Exception {
        List<String> ids =
                together(8, () -> ensure(LocalUser.ENGINEER, "").extract().path("items[0].request_id"));
        assertThat(ids).hasSize(8).containsOnly(ids.getFirst());
    }

    @Test
    void anApprovalCommandsTheBrokerWithTheTermsThatWereAsked() {
        String grant = approve(request());
        awaitStatus(grant, "active");

        GrantActivate activate = broker().commands(GrantActivate.class).stream()
                .filter(command -> command.grantId().value().equals(grant))
                .findFirst()
                .orElseThrow();
        assertThat(activate.duration()).isEqualTo(Duration.ofHours(1));
        assertThat(activate.transport()).isEqualTo("direct");
        assertThat(activate.target().host()).isEqualTo("db.internal");
        assertThat(activate.target().databaseId()).hasToString(target);
    }

    @Test
    void ofTwoApprovalsAtOnceOneWins() throws Exception {
        String request = request();
        List<Integer> statuses = together(
                2,
                () -> as(LocalUser.APPROVER)
                        .post("/api/access/requests/" + request + "/approve")
                        .statusCode());
        assertThat(statuses).containsExactlyInAnyOrder(200, 409);
        as(LocalUser.APPROVER)
                .post("/api/access/requests/" + request + "/deny")
                .then()
                .statusCode(409)
                .body("code", equalTo("already_decided"));
    }

    @Test
    void nobodyApprovesTheirOwnRequest() {
        String request = ensure(LocalUser.APPROVER, "").extract().path("items[0].request_id");
        as(LocalUser.APPROVER)
                .post("/api/access/requests/" + request + "/approve")
                .then()
                .statusCode(403)
                .body("code", equalTo("own_request"));
    }

    @Test
    void onlyApproversDecide() {
        String request = request();
        for (LocalUser user : List.of(LocalUser.ENGINEER, LocalUser.AUDITOR, LocalUser.ADMIN)) {
            if (!user.groups().contains("approver")) {
                as(user).post("/api/access/requests/" + request + "/approve")
                        .then()
                        .statusCode(403);
            }
        }
        given().contentType("application/json")
                .post("/api/access/requests/" + request + "/approve")
                .then()
                .statusCode(401);
    }

    @Test
    void aDeniedRequestOpensNothingAndMayBeAskedAgain() {
        String request = request();
        as(LocalUser.APPROVER)
                .body("{\"comment\": \"not today\"}")
                .post("/api/access/requests/" + request + "/deny")
                .then()
                .statusCode(200)
                .body("status", equalTo("denied"))
                .body("comment", equalTo("not today"))
                .body("grant_id", equalTo(null));
        ensure(LocalUser.ENGINEER, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void aSecretIsShownOnceToItsOwnerAndKnownByItsVerifiers() {
        String grant = approve(request());
        awaitStatus(grant, "active");

        ValidatableResponse answer = as(LocalUser.ENGINEER)
                .post("/api/access/grants/" + grant + "/credentials")
                .then()
                .statusCode(201)
                .header("Cache-Control", "no-store")
                .body("username", equalTo(grant))
                .body("host", equalTo("proxy.test"))
                .body("port", equalTo(7432))
                .body("version", equalTo(1));
        String password = answer.extract().path("password");
        assertThat(password).hasSize(32);
        assertThat(answer.extract().<String>path("url")).doesNotContain(password);
        assertThat(answer.extract().<String>path("command")).startsWith("psql ").doesNotContain(password);
        assertThat(broker().commands(GrantCredentials.class))
                .anyMatch(command -> command.grantId().value().equals(grant) && command.version() == 1);
        for (LocalUser other : List.of(LocalUser.APPROVER, LocalUser.ADMIN, LocalUser.AUDITOR)) {
            as(other)
                    .post("/api/access/grants/" + grant + "/credentials")
                    .then()
                    .statusCode(404);
        }
    }

    @Test
    void aClosedGrantHasNoSecretAndSaysWhoEndedIt() {
        String grant = approve(request());
        awaitStatus(grant, "active");
        as(LocalUser.AUDITOR)
                .post("/api/access/grants/" + grant + "/close")
                .then()
                .statusCode(403);

        as(LocalUser.APPROVER)
                .post("/api/access/grants/" + grant + "/close")
                .then()
                .statusCode(202)
                .body("status", equalTo("closing"));

        awaitStatus(grant, "closed");
        assertThat(broker().commands(GrantClose.class))
                .filteredOn(command -> command.grantId().value().equals(grant))
                .extracting(GrantClose::reason)
                .containsExactly("revoked");
        as(LocalUser.ENGINEER)
                .post("/api/access/grants/" + grant + "/credentials")
                .then()
                .statusCode(409)
                .body("code", equalTo("grant_not_active"));
        ensure(LocalUser.ENGINEER, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void otherPeoplesRequestsAndGrantsAreNotThere() {
        String request = ensure(LocalUser.APPROVER, "").extract().path("items[0].request_id");
        as(LocalUser.ENGINEER).get("/api/access/requests/" + request).then().statusCode(404);
        assertThat(as(LocalUser.ENGINEER)
                        .get("/api/access/requests?limit=200")
                        .then()
                        .statusCode(200)
                        .extract()
                        .<List<String>>path("items.id"))
                .doesNotContain(request);
        as(LocalUser.AUDITOR).get("/api/access/requests/" + request).then().statusCode(200);
    }

    @Test
    void whatIsOutOfBoundsIsRefused() {
        for (Map.Entry<String, String> wrong : Map.of(
                        ", \"duration_seconds\": 59",
                        "invalid_duration",
                        ", \"duration_seconds\": 43201",
                        "invalid_duration",
                        ", \"reason\": \"" + "x".repeat(1001) + "\"",
                        "invalid_field",
                        ", \"nonsense\": 1",
                        "unknown_field")
                .entrySet()) {
            as(LocalUser.ENGINEER)
                    .body(body(target, wrong.getKey()))
                    .post("/api/access/ensure")
                    .then()
                    .statusCode(400)
                    .body("code", equalTo(wrong.getValue()));
        }
        as(LocalUser.ENGINEER)
                .body(body(target + "x", ""))
                .post("/api/access/ensure")
                .then()
                .statusCode(403)
                .body("code", equalTo("not_entitled"));
        as(LocalUser.ENGINEER).body("{}").post("/api/access/ensure").then().statusCode(400);
    }

    private static BrokerStandIn broker() {
        return java.util.Objects.requireNonNull(broker);
    }

    private String request() {
        return ensure(LocalUser.ENGINEER, ", \"reason\": \"a bug\"")
                .body("items[0].outcome", equalTo("requested"))
                .extract()
                .path("items[0].request_id");
    }

    private static String approve(String request) {
        return as(LocalUser.APPROVER)
                .post("/api/access/requests/" + request + "/approve")
                .then()
                .statusCode(200)
                .body("status", equalTo("approved"))
                .extract()
                .path("grant_id");
    }

    private ValidatableResponse ensure(LocalUser user, String more) {
        return as(user).body(body(target, more))
                .post("/api/access/ensure")
                .then()
                .statusCode(200);
    }

    private static String body(String target, String more) {
        return "{\"entitlements\": [{\"target\": \"" + target + "\", \"role\": \"hoop_ro\"}]" + more + "}";
    }

    private static void awaitStatus(String grant, String status) {
        await().alias(status + " of " + grant)
                .atMost(Duration.ofSeconds(20))
                .until(() -> as(LocalUser.ENGINEER)
                        .get("/api/access/grants/" + grant)
                        .path("status")
                        .equals(status));
    }

    private static RequestSpecification as(LocalUser user) {
        return given().header("Authorization", Neighbours.bearer(user)).contentType("application/json");
    }

    private static <T> List<T> together(int times, Callable<T> call) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                running.add(threads.submit(call));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        }
    }
}
