package dev.sallyport.api.dbroles;

import static dev.sallyport.api.dbroles.PlayedProvisioner.admin;
import static dev.sallyport.api.dbroles.PlayedProvisioner.awaitPhase;
import static dev.sallyport.api.dbroles.PlayedProvisioner.beat;
import static dev.sallyport.api.dbroles.PlayedProvisioner.deprovisioning;
import static dev.sallyport.api.dbroles.PlayedProvisioner.planned;
import static dev.sallyport.api.dbroles.PlayedProvisioner.provisioning;
import static dev.sallyport.api.dbroles.PlayedProvisioner.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RequestId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans, cancels, repeats, drift and deprovisioning, with real Kafka and PostgreSQL; the test plays the provisioner. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class JobControlIT {

    private static final AgentId AGENT = AgentId.next(Clock.systemUTC());
    private static final AgentId SILENT = AgentId.next(Clock.systemUTC());
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final JobPlan PLAN = new JobPlan(
            HASH,
            List.of(
                    new JobPlan.Change(JobPlan.Kind.SQL, "app", "REVOKE DELETE ON \"orders\" FROM \"hoop_ro\"", false),
                    new JobPlan.Change(JobPlan.Kind.SQL, "app", "ALTER ROLE \"hoop_ro\" PASSWORD '***'", true)),
            0,
            List.of("hoop_ro: nothing to skip"));

    private final String instance =
            "i" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final String prefix = "p-" + instance;
    private final String arn = "arn:aws:rds:us-west-2:111111111111:db:" + instance;
    private final String drift = "/api/dbroles/instances/" + arn + "/drift";
    private final String deprovision = "/api/dbroles/instances/" + arn + "/deprovision";

    @BeforeEach
    void agentsAreKnown() {
        beat(AGENT, "provisioner", Instant.now(), List.of());
        beat(SILENT, "provisioner", Instant.now().minus(Duration.ofMinutes(1)), List.of());
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(status(AGENT)).isEqualTo("online");
            assertThat(status(SILENT)).isEqualTo("offline");
        });
    }

    @Test
    void keepsThePlanOfADryRunAndTellsNobody() {
        JobId id = ordered(AGENT, ", \"dry_run\": true");

        refused(admin().get("/api/dbroles/jobs/" + id + "/plan"), 404, "not_found");
        refused(order(AGENT, ""), 409, "job_running");
        Records.send(planned(id, arn, PLAN));
        Response job = awaitPhase(id, "completed");

        assertThat(job.jsonPath().getList("steps.name", String.class)).containsExactly("preflight", "plan");
        Response plan = admin().get("/api/dbroles/jobs/" + id + "/plan");
        assertThat(plan.jsonPath().getString("hash")).isEqualTo(HASH);
        assertThat(plan.jsonPath().getList("changes.routine", Boolean.class)).containsExactly(false, true);
        assertThat(command(EventType.DBROLES_PROVISION, id).dryRun()).isTrue();
        Records.settled(id.value());
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.created"))
                .isEmpty();
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished"))
                .isEmpty();
    }

    @Test
    void sendsThePlanToHoldToAndTheMastersSource() {
        Response response = admin().contentType("application/json")
                .body(body(AGENT, ", \"plan_hash\": \"" + HASH + "\"")
                        .replace("\"aws\": {", "\"aws\": {\"master\": {\"source\": \"rds-managed\"}, "))
                .post("/api/dbroles/jobs");
        JobId id = new JobId(response.jsonPath().getString("job_id"));

        ProvisionRequested command = command(EventType.DBROLES_PROVISION, id);

        assertThat(command.planHash()).isEqualTo(HASH);
        assertThat(command.master()).isNotNull();
        assertThat(command.dryRun()).isFalse();
    }

    @Test
    void tellsThePublicOfEachNewView() {
        JobId id = ordered(AGENT, "");

        Records.send(provisioning(id, arn, 1, Phase.RUNNING));
        Records.send(provisioning(id, arn, 2, Phase.RUNNING));
        Records.send(provisioning(id, arn, 2, Phase.RUNNING));
        Records.send(provisioning(id, arn, 3, Phase.COMPLETED));
        awaitPhase(id, "completed");

        Records.settled(id.value());
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.progressed"))
                .hasSize(2);
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished"))
                .hasSize(1);
    }

    @Test
    void asksTheAgentToEndAJobAndShowsItsEnd() {
        JobId id = ordered(AGENT, "");

        Response cancelled = admin().post("/api/dbroles/jobs/" + id + "/cancel");

        assertThat(cancelled.statusCode()).isEqualTo(202);
        assertThat(cancelled.jsonPath().getString("status.phase")).isEqualTo("running");
        assertThat(cancelled.jsonPath().getString("status.message")).startsWith("to be cancelled, as admin asked");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(
                                Records.of(Topics.DBROLES_COMMANDS, id.value()).ofType("dbroles.cancel"))
                        .hasSize(1));
        Records.Entry sent = Records.of(Topics.DBROLES_COMMANDS, id.value())
                .ofType("dbroles.cancel")
                .getFirst();
        Event<JobCancelled> command = EventJson.read(EventType.DBROLES_CANCEL, sent.value());
        assertThat(sent.header("agent")).isEqualTo(AGENT.value());
        assertThat(command.data().requestedBy()).isEqualTo("admin");
        Records.send(provisioning(id, arn, 1, Phase.FAILED));
        awaitPhase(id, "failed");
        refused(admin().post("/api/dbroles/jobs/" + id + "/cancel"), 409, "job_ended");
        refused(admin().post("/api/dbroles/jobs/" + JobId.next(Clock.systemUTC()) + "/cancel"), 404, "not_found");
    }

    @Test
    void waitsForAnAgentThatIsAwayAndEndsWhatItNeverBegan() {
        refused(order(SILENT, ""), 409, "agent_offline");
        JobId id = ordered(SILENT, ", \"when_agent_offline\": \"wait\"");

        assertThat(admin().get("/api/dbroles/jobs/" + id).jsonPath().getString("status.message"))
                .startsWith("waiting for agent tests, last seen 20");
        Response cancelled = admin().post("/api/dbroles/jobs/" + id + "/cancel");

        assertThat(cancelled.statusCode()).isEqualTo(202);
        assertThat(cancelled.jsonPath().getString("status.phase")).isEqualTo("failed");
        assertThat(cancelled.jsonPath().getString("status.message"))
                .isEqualTo("cancelled by admin before its agent began");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished"))
                                .hasSize(1));
        assertThat(order(AGENT, "").statusCode()).isEqualTo(202);
    }

    @Test
    void ordersAgainWhatFailed() {
        JobId id = ordered(AGENT, "");
        refused(admin().post("/api/dbroles/jobs/" + id + "/retry"), 409, "job_not_failed");
        Records.send(provisioning(id, arn, 1, Phase.FAILED));
        awaitPhase(id, "failed");

        Response retried = admin().header("Idempotency-Key", instance).post("/api/dbroles/jobs/" + id + "/retry");
        Response again = admin().header("Idempotency-Key", instance).post("/api/dbroles/jobs/" + id + "/retry");

        assertThat(retried.statusCode()).isEqualTo(202);
        assertThat(again.asString()).isEqualTo(retried.asString());
        JobId next = new JobId(retried.jsonPath().getString("job_id"));
        assertThat(next).isNotEqualTo(id);
        assertThat(Commands.same(command(EventType.DBROLES_PROVISION, id), command(EventType.DBROLES_PROVISION, next)))
                .isTrue();
    }

    @Test
    void listsJobsByWhatTheyAre() {
        JobId failed = ordered(AGENT, "");
        Records.send(provisioning(failed, arn, 1, Phase.FAILED));
        awaitPhase(failed, "failed");
        JobId plan = ordered(AGENT, ", \"dry_run\": true");

        assertThat(listed("arn=" + arn)).containsExactly(plan.value(), failed.value());
        assertThat(listed("arn=" + arn + "&status=failed")).containsExactly(failed.value());
        assertThat(listed("kind=plan&prefix=" + prefix)).containsExactly(plan.value());
        assertThat(listed("agent_id=" + SILENT + "&arn=" + arn)).isEmpty();
        String cursor =
                admin().get("/api/dbroles/jobs?limit=1&arn=" + arn).jsonPath().getString("next_cursor");
        assertThat(listed("arn=" + arn + "&cursor=" + cursor)).containsExactly(failed.value());
        refused(admin().get("/api/dbroles/jobs?cursor=" + cursor), 400, "invalid_cursor");
        refused(admin().get("/api/dbroles/jobs?kind=plan&cursor=" + cursor), 400, "invalid_cursor");
        refused(admin().get("/api/dbroles/jobs?status=tired"), 400, "invalid_status");
        refused(admin().get("/api/dbroles/jobs?kind=other"), 400, "invalid_kind");
    }

    @Test
    void reportsDriftAsAPlanOfTheSameOrder() {
        refused(admin().get(drift), 404, "not_found");
        refused(admin().get("/api/dbroles/instances/orders/drift"), 400, "invalid_arn");
        JobId made = provisioned();

        CompletableFuture<Response> asked = CompletableFuture.supplyAsync(() -> admin().get(drift));
        JobId plan = runningPlan();
        CompletableFuture<Response> joined =
                CompletableFuture.supplyAsync(() -> admin().get("/api/dbroles/instances/drift?arn=" + arn));
        Records.send(planned(plan, arn, PLAN));
        Response report = asked.join();

        assertThat(report.statusCode()).isEqualTo(200);
        assertThat(report.jsonPath().getBoolean("in_sync")).isFalse();
        assertThat(report.jsonPath().getString("job_id")).isEqualTo(plan.value());
        assertThat(report.jsonPath().getList("changes.statement", String.class))
                .containsExactly("REVOKE DELETE ON \"orders\" FROM \"hoop_ro\"");
        assertThat(report.jsonPath().getList("notes")).hasSize(1);
        assertThat(command(EventType.DBROLES_PROVISION, plan).connectionPrefixName())
                .isEqualTo(command(EventType.DBROLES_PROVISION, made).connectionPrefixName());
        JobId late = new JobId(joined.join().jsonPath().getString("job_id"));
        if (!late.equals(plan)) {
            Records.send(planned(late, arn, PLAN));
        }
        assertThat(admin().get(drift + "?job_id=" + plan).asString()).isEqualTo(report.asString());
        refused(admin().get(drift + "?job_id=" + made), 404, "not_found");
    }

    @Test
    void saysWhereADriftReportWillBeWhenItTakesLong() {
        provisioned();

        Response slow = admin().redirects().follow(false).get(drift);

        assertThat(slow.statusCode()).isEqualTo(202);
        assertThat(slow.header("Retry-After")).isEqualTo("5");
        assertThat(slow.header("Location"))
                .endsWith("/drift?job_id=" + slow.jsonPath().getString("job_id"));
        refused(order(AGENT, ""), 409, "job_running");
    }

    @Test
    void takesOutTheRolesOnlyWhenThatIsMeant() throws SQLException {
        refused(remove("{}"), 404, "not_found");
        provisioned();
        String grant = grantOn(arn + "/app");

        Response asked = remove("{}");
        refused(asked, 409, "confirmation_needed");
        assertThat(asked.jsonPath().getList("connections", String.class))
                .containsExactly(prefix + "-ddl", prefix + "-ro", prefix + "-rw");
        assertThat(asked.jsonPath().getList("roles", String.class))
                .containsExactlyInAnyOrder("hoop_ro", "hoop_rw", "hoop_ddl");
        assertThat(asked.jsonPath().getList("secrets.provider", String.class))
                .containsExactly("database", "database", "database");
        assertThat(asked.jsonPath().getString("grants[0].id")).isEqualTo(grant);
        assertThat(asked.jsonPath().getString("confirm")).isEqualTo(instance);
        refused(remove("{\"confirm\": \"other\"}"), 409, "confirmation_needed");
        refused(remove("{\"confirm\": \"" + instance + "\"}"), 409, "grants_active");
        refused(remove("{\"confirm\": \"" + instance + "\", \"agent_id\": \"nobody\"}"), 400, "unknown_agent");

        Response taken = remove("{\"confirm\": \"" + instance + "\", \"close_grants\": true}");

        assertThat(taken.statusCode()).as(taken.asString()).isEqualTo(202);
        JobId id = new JobId(taken.jsonPath().getString("job_id"));
        assertThat(Records.of(Topics.GRANTS_COMMANDS, grant).only().value()).contains("\"revoked\"");
        DeprovisionRequested command = command(EventType.DBROLES_DEPROVISION, id);
        assertThat(command.secrets()).hasSize(3);
        Records.send(deprovisioning(id, arn, 1, Phase.RUNNING));
        Records.send(deprovisioning(id, arn, 2, Phase.COMPLETED));
        Response job = awaitPhase(id, "completed");
        assertThat(job.jsonPath().getList("steps.status", String.class)).containsOnly("completed");
        refused(admin().get("/api/connections/" + prefix + "-ro"), 404, "not_found");
        Records.settled(id.value());
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.deprovision.finished"))
                .hasSize(1);
        assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished"))
                .isEmpty();
        refused(admin().get(drift), 404, "not_found");
        refused(remove("{\"confirm\": \"" + instance + "\"}"), 404, "not_found");
    }

    @Test
    void keepsTheConnectionsWhenTheRolesDidNotGo() {
        provisioned();
        JobId id = new JobId(
                remove("{\"confirm\": \"" + instance + "\"}").jsonPath().getString("job_id"));

        Records.send(deprovisioning(id, arn, 1, Phase.FAILED));
        awaitPhase(id, "failed");

        assertThat(admin().get("/api/connections/" + prefix + "-ro").statusCode())
                .isEqualTo(200);
        assertThat(admin().post("/api/dbroles/jobs/" + id + "/retry").statusCode())
                .isEqualTo(202);
    }

    @Test
    void plansADeprovisioningWithoutAskingTwice() {
        provisioned();

        JobId id = new JobId(remove("{\"dry_run\": true}").jsonPath().getString("job_id"));
        Records.send(planned(id, arn, PLAN));
        awaitPhase(id, "completed");

        assertThat(admin().get("/api/dbroles/jobs/" + id + "/plan").statusCode())
                .isEqualTo(200);
        assertThat(admin().get("/api/connections/" + prefix + "-ro").statusCode())
                .isEqualTo(200);
    }

    private JobId provisioned() {
        JobId id = ordered(AGENT, "");
        Records.send(provisioning(id, arn, 1, Phase.COMPLETED));
        awaitPhase(id, "completed");
        return id;
    }

    private JobId runningPlan() {
        return new JobId(await().atMost(Duration.ofSeconds(20))
                .until(() -> listed("kind=plan&status=running&arn=" + arn), found -> !found.isEmpty())
                .getFirst());
    }

    private Response remove(String body) {
        return admin().contentType("application/json").body(body).post(deprovision);
    }

    private static List<String> listed(String query) {
        return admin().get("/api/dbroles/jobs?" + query).jsonPath().getList("items.id", String.class);
    }

    private static String status(AgentId agent) {
        return admin().get("/api/agents?limit=200")
                .jsonPath()
                .getString("items.find { it.id == '" + agent + "' }?.status");
    }

    private static <T> T command(EventType<T> type, JobId id) {
        return EventJson.read(
                        type,
                        Records.of(Topics.DBROLES_COMMANDS, id.value()).only().value())
                .data();
    }

    private String body(AgentId agent, String more) {
        return "{\"agent_id\": \"" + agent + "\", \"connection_prefix_name\": \"" + prefix
                + "\", \"job_steps\": [\"create-connections\", \"send-webhook\"], \"aws\": {\"instance_arn\": \"" + arn
                + "\"}" + more + "}";
    }

    private Response order(AgentId agent, String more) {
        return admin().contentType("application/json").body(body(agent, more)).post("/api/dbroles/jobs");
    }

    private JobId ordered(AgentId agent, String more) {
        Response response = order(agent, more);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
        return new JobId(response.jsonPath().getString("job_id"));
    }

    /** An active grant of somebody else on the database. */
    private static String grantOn(String target) throws SQLException {
        String id = GrantId.next(Clock.systemUTC()).value();
        String request = RequestId.next(Clock.systemUTC()).value();
        try (Connection connection = Neighbours.controlPlane().server().connect("sallyport");
                PreparedStatement insert = connection.prepareStatement("""
                        WITH asked AS (
                            INSERT INTO api.access_request (id, requester_subject, requester_name, requester_email, target,
                                role, reason, duration_seconds, status, created_at, grant_id, version)
                            VALUES (?, 'eve', 'Eve', '', ?, 'hoop_ro', '', 60, 'APPROVED', now(), ?, 0) RETURNING *)
                        INSERT INTO api.access_grant (id, request_id, grantee_subject, grantee_name, grantee_email, target,
                            role, engine, status, message, created_at, revision, secret_version, credentials_version, version)
                        SELECT grant_id, id, 'eve', 'Eve', '', target, role, 'postgres', 'ACTIVE', '', now(), 1, 0, 0, 0
                        FROM asked""")) {
            insert.setString(1, request);
            insert.setString(2, target);
            insert.setString(3, id);
            insert.executeUpdate();
        }
        return id;
    }
}
