package dev.sallyport.api.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests and grants by workflows and policies of one's own. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class WorkflowsIT {

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

    @BeforeEach
    void database() {
        target = TestDatabases.make();
    }

    /** Other tests know the built-in rules only. */
    @AfterEach
    void forgetAllRules() {
        sql("DELETE FROM api.access_rule", "UPDATE api.access_rule_state SET revision = revision + 1");
    }

    @Test
    void onceSomethingIsMadeAvailableNothingElseIs() {
        String other = TestDatabases.make();
        available("{}");

        ensure(LocalUser.ENGINEER, target, ", \"dry_run\": true")
                .statusCode(200)
                .body("items[0].outcome", equalTo("will_request"))
                .body("items[0].workflow", equalTo("wf"));
        ensure(LocalUser.ENGINEER, other, "").statusCode(403).body("code", equalTo("not_entitled"));
        as(LocalUser.ENGINEER)
                .get("/api/access/entitlements?limit=200")
                .then()
                .body("items.target", hasItem(target))
                .body("items.target", not(hasItem(other)));
    }

    @Test
    void ofSeveralWorkflowsTheOneWithTheLowestPriorityCounts() {
        put("workflows/slow", "{\"priority\": 20}");
        put("workflows/fast", "{\"priority\": 10, \"access_duration_seconds\": 600}");
        put("selectors/pg", "{\"when\": \"resource.engine == \\\"postgres\\\"\"}");
        put("availabilities/slow", "{\"workflow\": \"slow\", \"target\": \"" + target + "\"}");
        put("availabilities/fast", "{\"workflow\": \"fast\", \"selector\": \"pg\", \"role\": \"hoop_ro\"}");
        put("availabilities/none", "{\"workflow\": \"slow\", \"selector\": \"pg\", \"role\": \"hoop_rw\"}");

        ensure(LocalUser.ENGINEER, target, ", \"dry_run\": true").body("items[0].workflow", equalTo("fast"));
        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 601")
                .statusCode(400)
                .body("code", equalTo("invalid_duration"))
                .body("detail", containsString("from 60 to 600 by the workflow fast"));
    }

    @Test
    void whatTheWorkflowAsksForHasToBeSaid() {
        available(
                "{\"validation\": {\"reason_required\": true, \"ticket_required\": true, \"ticket_regex\": \"INC-[0-9]+\","
                        + " \"ticket_message\": \"the incident, as INC-4711\"}}");

        ensure(LocalUser.ENGINEER, target, "").statusCode(400).body("code", equalTo("reason_required"));
        ensure(LocalUser.ENGINEER, target, ", \"reason\": \"why\"")
                .statusCode(400)
                .body("code", equalTo("ticket_required"));
        ensure(LocalUser.ENGINEER, target, ", \"reason\": \"why\", \"ticket\": \"4711\"")
                .statusCode(400)
                .body("code", equalTo("ticket_invalid"))
                .body("detail", equalTo("the incident, as INC-4711"));
        ensure(LocalUser.ENGINEER, target, ", \"reason\": \"why\", \"ticket\": \"INC-4711\"")
                .statusCode(200)
                .body("items[0].outcome", equalTo("requested"));
        as(LocalUser.ENGINEER)
                .get("/api/access/entitlements?limit=200")
                .then()
                .body("items.find { it.target == '" + target + "' }.workflow.ticket_required", equalTo(true))
                .body("items.find { it.target == '" + target + "' }.workflow.name", equalTo("wf"));
    }

    @Test
    void everyStepNeedsAReviewerOfItsOwn() {
        permitToApprove("admin");
        available(
                "{\"approval_steps\": [{\"name\": \"lead\", \"when\": \"principal in Group::\\\"approver\\\"\"},"
                        + " {\"name\": \"boss\", \"when\": \"principal in Group::\\\"admin\\\" || principal in Group::\\\"approver\\\"\"}]}");
        String request = request(LocalUser.ENGINEER);

        decide(LocalUser.APPROVER, request, "approve")
                .statusCode(200)
                .body("status", equalTo("requested"))
                .body("missing_steps", contains("boss"))
                .body("reviews.reviewer.name", contains("approver"));
        decide(LocalUser.APPROVER, request, "approve").statusCode(409).body("code", equalTo("already_reviewed"));
        decide(LocalUser.ADMIN, request, "approve")
                .statusCode(200)
                .body("status", equalTo("approved"))
                .body("missing_steps", empty());
    }

    @Test
    void whoHasNoStepDoesNotReviewAndNobodyReviewsTheirOwn() {
        permitToApprove("admin");
        available("{\"approval_steps\": [{\"name\": \"boss\", \"when\": \"principal in Group::\\\"admin\\\"\"}]}");
        String request = request(LocalUser.ADMIN);

        decide(LocalUser.ADMIN, request, "approve").statusCode(403).body("code", equalTo("own_request"));
        decide(LocalUser.APPROVER, request, "approve").statusCode(403).body("code", equalTo("no_step"));
        as(LocalUser.ADMIN).get("/api/access/requests/" + request).then().body("status", equalTo("requested"));
    }

    @Test
    void twoApprovalsAtOnceOfDifferentStepsBothCount() throws Exception {
        permitToApprove("admin");
        available("{\"approval_steps\": [{\"name\": \"lead\", \"when\": \"principal in Group::\\\"approver\\\"\"},"
                + " {\"name\": \"boss\", \"when\": \"principal in Group::\\\"admin\\\"\"}]}");
        String request = request(LocalUser.ENGINEER);

        together(List.of(
                () -> decide(LocalUser.ADMIN, request, "approve").statusCode(200),
                () -> decide(LocalUser.APPROVER, request, "approve").statusCode(200)));

        as(LocalUser.ENGINEER)
                .get("/api/access/requests/" + request)
                .then()
                .body("status", equalTo("approved"))
                .body("reviews.size()", equalTo(2));
    }

    @Test
    void whereNoApprovalIsNeededItIsActiveAtOnceAndRepeatingItMakesNothingMore() throws Exception {
        available("{\"approval_required\": false}");
        ensure(LocalUser.ENGINEER, target, ", \"dry_run\": true").body("items[0].outcome", equalTo("will_activate"));

        List<String> grants = together(java.util.Collections.nCopies(
                6,
                () -> ensure(LocalUser.ENGINEER, target, "")
                        .statusCode(200)
                        .extract()
                        .<String>path("items[0].grant_id")));

        assertThat(grants).hasSize(6).doesNotContainNull().containsOnly(grants.getFirst());
        awaitGrant(grants.getFirst(), "active");
        assertThat(commands(GrantActivate.class, grants.getFirst())).hasSize(1);
    }

    @Test
    void anApprovedGrantWaitsForThePersonWhereTheWorkflowSaysSo() {
        available("{\"activation\": \"manual\", \"activation_expiry_seconds\": 3600}");
        String grant = approved(request(LocalUser.ENGINEER));
        as(LocalUser.ENGINEER)
                .get("/api/access/grants/" + grant)
                .then()
                .body("status", equalTo("approved"))
                .body("activate_by", not(nullValue()));
        ensure(LocalUser.ENGINEER, target, ", \"dry_run\": true").body("items[0].outcome", equalTo("will_activate"));
        as(LocalUser.APPROVER)
                .post("/api/access/grants/" + grant + "/activate")
                .then()
                .statusCode(403);

        ensure(LocalUser.ENGINEER, target, "")
                .body("items[0].outcome", equalTo("activated"))
                .body("items[0].grant_id", equalTo(grant));

        awaitGrant(grant, "active");
        as(LocalUser.ENGINEER)
                .post("/api/access/grants/" + grant + "/activate")
                .then()
                .statusCode(202)
                .body("status", equalTo("active"));
        assertThat(commands(GrantActivate.class, grant)).hasSize(1);
    }

    @Test
    void whatNobodyActivatedInTimeIsOver() {
        available("{\"activation\": \"manual\", \"activation_expiry_seconds\": 3600}");
        String grant = approved(request(LocalUser.ENGINEER));

        sql("UPDATE api.access_grant SET activate_by = now() - interval '1 second' WHERE id = '" + grant + "'");

        awaitGrant(grant, "closed");
        as(LocalUser.ENGINEER).get("/api/access/grants/" + grant).then().body("close_reason", equalTo("not_activated"));
        assertThat(commands(GrantClose.class, grant)).isEmpty();
        as(LocalUser.ENGINEER)
                .post("/api/access/grants/" + grant + "/activate")
                .then()
                .statusCode(409)
                .body("code", equalTo("grant_ended"));
        ensure(LocalUser.ENGINEER, target, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void whatFailedStaysApprovedAndIsTriedAgain() {
        available("{}");
        broker().refuse(target);
        String grant = approved(request(LocalUser.ENGINEER));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> as(LocalUser.ENGINEER)
                        .get("/api/access/grants/" + grant)
                        .path("provisioning_failed"));
        ensure(LocalUser.ENGINEER, target, ", \"dry_run\": true")
                .body("items[0].outcome", equalTo("provisioning_failed"))
                .body("items[0].message", equalTo("the account said no"));

        broker().admit(target);
        ensure(LocalUser.ENGINEER, target, "").body("items[0].outcome", equalTo("activated"));

        awaitGrant(grant, "active");
        assertThat(commands(GrantActivate.class, grant)).hasSize(2);
    }

    @Test
    void aRequestEndsWhenNobodyDecidesInTime() {
        available("{\"request_expiry_seconds\": 3600}");
        String request = request(LocalUser.ENGINEER);

        sql("UPDATE api.access_request SET expires_at = now() - interval '1 second' WHERE id = '" + request + "'");
        int atOnce = decide(LocalUser.APPROVER, request, "approve").extract().statusCode();

        assertThat(atOnce).isEqualTo(409);
        await().atMost(Duration.ofSeconds(20))
                .until(() -> "expired"
                        .equals(as(LocalUser.ENGINEER)
                                .get("/api/access/requests/" + request)
                                .path("status")));
        decide(LocalUser.APPROVER, request, "approve").statusCode(409).body("code", equalTo("already_decided"));
        ensure(LocalUser.ENGINEER, target, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void oneTakesOnesOwnRequestBack() {
        String request = request(LocalUser.ENGINEER);
        as(LocalUser.APPROVER)
                .post("/api/access/requests/" + request + "/cancel")
                .then()
                .statusCode(403)
                .body("code", equalTo("not_yours"));

        for (int twice = 0; twice < 2; twice++) {
            as(LocalUser.ENGINEER)
                    .post("/api/access/requests/" + request + "/cancel")
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("cancelled"));
        }

        decide(LocalUser.APPROVER, request, "approve").statusCode(409).body("code", equalTo("already_decided"));
        ensure(LocalUser.ENGINEER, target, "").body("items[0].outcome", equalTo("requested"));
    }

    @Test
    void anExtensionIsMadeOnceHoweverOftenItIsSaid() {
        available("{\"approval_required\": false, \"extension\": {\"maximum_count\": 2, \"duration_seconds\": 1800}}");
        String grant = active();
        Instant end = end(grant);

        for (int twice = 0; twice < 2; twice++) {
            as(LocalUser.ENGINEER)
                    .body("{\"duration_seconds\": 900, \"extension\": 1}")
                    .post("/api/access/grants/" + grant + "/extend")
                    .then()
                    .statusCode(202)
                    .body("extensions", equalTo(1))
                    .body("extensions_left", equalTo(1));
        }

        assertThat(end(grant)).isEqualTo(end.plusSeconds(900));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> commands(GrantExtend.class, grant).size() == 1);
        assertThat(commands(GrantExtend.class, grant).getFirst().by()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void askingForLongerExtendsAsFarAsTheWorkflowAllows() {
        available(
                "{\"approval_required\": false, \"access_duration_seconds\": 7200, \"default_duration_seconds\": 3600,"
                        + " \"extension\": {\"maximum_count\": 1, \"duration_seconds\": 1800}}");
        String grant = active();
        ensure(LocalUser.ENGINEER, target, "").body("items[0].outcome", equalTo("active"));
        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 3600").body("items[0].outcome", equalTo("active"));
        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 5000, \"dry_run\": true")
                .body("items[0].outcome", equalTo("will_extend"));

        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 5000")
                .body("items[0].outcome", equalTo("extended"));

        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 5000").body("items[0].outcome", equalTo("active"));
        ensure(LocalUser.ENGINEER, target, ", \"duration_seconds\": 7200")
                .body("items[0].outcome", equalTo("active"))
                .body("items[0].message", containsString("extended 1 times"));
        as(LocalUser.ENGINEER)
                .body("{}")
                .post("/api/access/grants/" + grant + "/extend")
                .then()
                .statusCode(409)
                .body("code", equalTo("extensions_used_up"));
        as(LocalUser.APPROVER)
                .body("{}")
                .post("/api/access/grants/" + grant + "/extend")
                .then()
                .statusCode(403);
    }

    @Test
    void aGrantKeepsTheTermsItWasMadeWithWhateverBecomesOfItsWorkflow() {
        available("{\"approval_required\": false, \"extension\": {\"maximum_count\": 1, \"duration_seconds\": 1800}}");
        String grant = active();
        as(LocalUser.ADMIN)
                .delete("/api/access/workflows/wf")
                .then()
                .statusCode(409)
                .body("code", equalTo("in_use"))
                .body("detail", containsString("wf"));

        as(LocalUser.ADMIN).delete("/api/access/availabilities/wf").then().statusCode(204);
        as(LocalUser.ADMIN).delete("/api/access/workflows/wf").then().statusCode(204);

        as(LocalUser.ENGINEER)
                .body("{}")
                .post("/api/access/grants/" + grant + "/extend")
                .then()
                .statusCode(202)
                .body("workflow", equalTo("wf"))
                .body("extensions", equalTo(1));
    }

    @Test
    void theGlassIsBrokenByWhoMayWithAReasonAndSaidSo() {
        available("{\"activation\": \"manual\"}");
        ensure(LocalUser.ENGINEER, target, ", \"breakglass\": true, \"reason\": \"the shop is down\"")
                .statusCode(403)
                .body("code", equalTo("forbidden"));
        put("policies/oncall", policy("permit (principal, action == Action::\"BreakglassActivate\", resource);"));
        ensure(LocalUser.ENGINEER, target, ", \"breakglass\": true")
                .statusCode(400)
                .body("code", equalTo("reason_required"));

        String grant = ensure(LocalUser.ENGINEER, target, ", \"breakglass\": true, \"reason\": \"the shop is down\"")
                .statusCode(200)
                .body("items[0].outcome", equalTo("activated"))
                .extract()
                .path("items[0].grant_id");

        awaitGrant(grant, "active");
        String request = as(LocalUser.ENGINEER)
                .get("/api/access/grants/" + grant)
                .then()
                .body("breakglass", equalTo(true))
                .extract()
                .path("request_id");
        as(LocalUser.AUDITOR)
                .get("/api/access/requests/" + request)
                .then()
                .body("breakglass", equalTo(true))
                .body("status", equalTo("approved"))
                .body("reason", equalTo("the shop is down"));
        Records.settled(request);
        assertThat(Records.of(Topics.EVENTS, request).ofType("access.breakglass"))
                .singleElement()
                .matches(event -> event.value().contains(grant));
    }

    @Test
    void theGlassMayBeBrokenOverAnOpenRequest() {
        put("policies/oncall", policy("permit (principal, action == Action::\"BreakglassActivate\", resource);"));
        String request = request(LocalUser.ENGINEER);

        ensure(LocalUser.ENGINEER, target, ", \"breakglass\": true, \"reason\": \"now\"")
                .body("items[0].outcome", equalTo("activated"))
                .body("items[0].request_id", equalTo(request));

        decide(LocalUser.APPROVER, request, "deny").statusCode(409);
    }

    @Test
    void aForbiddingPolicyIsNamedAndItsAdviceGiven() {
        put(
                "policies/freeze",
                policy(
                        "@id(\"freeze\") @advice(\"the freeze lasts until Monday\") forbid (principal, action == Action::\"Request\","
                                + " resource in Database::\"" + target + "\");"));

        ensure(LocalUser.ENGINEER, target, "")
                .statusCode(403)
                .body("code", equalTo("denied_by_policy"))
                .body("detail", equalTo("the freeze lasts until Monday"))
                .body("policies", contains("freeze/freeze"));
        as(LocalUser.AUDITOR)
                .get("/api/access/evaluations?decision=deny&action=Request&target=" + target)
                .then()
                .statusCode(200)
                .body("items[0].policies", contains("freeze/freeze"))
                .body("items[0].name", equalTo("engineer"));
        as(LocalUser.ENGINEER)
                .get("/api/access/entitlements?limit=200")
                .then()
                .body("items.target", not(hasItem(target)));
    }

    @Test
    void adminsForceAGrantToClose() {
        available("{\"approval_required\": false}");
        String grant = active();
        as(LocalUser.APPROVER)
                .post("/api/access/grants/" + grant + "/force-close")
                .then()
                .statusCode(403);

        as(LocalUser.ADMIN)
                .post("/api/access/grants/" + grant + "/force-close")
                .then()
                .statusCode(202)
                .body("status", equalTo("closing"));

        awaitGrant(grant, "closed");
        assertThat(commands(GrantClose.class, grant)).singleElement().matches(GrantClose::force);
    }

    @Test
    void reviewersFindWhatIsTheirs() {
        String mine = request(LocalUser.ENGINEER);
        assertThat(as(LocalUser.APPROVER)
                        .get("/api/access/requests?to_review=true&limit=200")
                        .<List<String>>path("items.id"))
                .contains(mine);
        assertThat(as(LocalUser.ENGINEER)
                        .get("/api/access/requests?to_review=true&limit=200")
                        .<List<String>>path("items.id"))
                .isEmpty();
    }

    private static BrokerStandIn broker() {
        return Objects.requireNonNull(broker);
    }

    /** The target, by a workflow called wf. */
    private void available(String workflow) {
        put("workflows/wf", workflow);
        put("availabilities/wf", "{\"workflow\": \"wf\", \"target\": \"" + target + "\"}");
    }

    private static void permitToApprove(String group) {
        put(
                "policies/more",
                policy("permit (principal in Group::\"" + group + "\", action == Action::\"Approve\", resource);"));
    }

    private static String policy(String text) {
        return "{\"text\": \"" + text.replace("\"", "\\\"") + "\"}";
    }

    private static void put(String path, String body) {
        as(LocalUser.ADMIN).body(body).put("/api/access/" + path).then().statusCode(200);
    }

    private String request(LocalUser user) {
        return ensure(user, target, ", \"reason\": \"a bug\"")
                .statusCode(200)
                .body("items[0].outcome", equalTo("requested"))
                .extract()
                .path("items[0].request_id");
    }

    private String active() {
        String grant = ensure(LocalUser.ENGINEER, target, "").extract().path("items[0].grant_id");
        awaitGrant(grant, "active");
        return grant;
    }

    private static String approved(String request) {
        return decide(LocalUser.APPROVER, request, "approve")
                .statusCode(200)
                .extract()
                .path("grant_id");
    }

    private static ValidatableResponse decide(LocalUser user, String request, String verdict) {
        return as(user).body("{}")
                .post("/api/access/requests/" + request + "/" + verdict)
                .then();
    }

    private static ValidatableResponse ensure(LocalUser user, String target, String more) {
        return as(user).body(
                        "{\"entitlements\": [{\"target\": \"" + target + "\", \"role\": \"hoop_ro\"}]" + more + "}")
                .post("/api/access/ensure")
                .then();
    }

    private static Instant end(String grant) {
        return Instant.parse(
                as(LocalUser.ENGINEER).get("/api/access/grants/" + grant).path("expires_at"));
    }

    private static <T extends Record> List<T> commands(Class<T> kind, String grant) {
        return broker().commands(kind).stream()
                .filter(command -> command.toString().contains(grant))
                .toList();
    }

    private static void awaitGrant(String grant, String status) {
        await().alias(status + " of " + grant)
                .atMost(Duration.ofSeconds(20))
                .until(() -> status.equals(as(LocalUser.ENGINEER)
                        .get("/api/access/grants/" + grant)
                        .path("status")));
    }

    private static RequestSpecification as(LocalUser user) {
        return given().header("Authorization", Neighbours.bearer(user)).contentType("application/json");
    }

    private static void sql(String... statements) {
        Neighbours.controlPlane().server().execute("sallyport", statements);
    }

    private static <T> List<T> together(List<Callable<T>> calls) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> call : calls) {
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
