package dev.sallyport.api.dbroles;

import static dev.sallyport.api.dbroles.PlayedProvisioner.admin;
import static dev.sallyport.api.dbroles.PlayedProvisioner.awaitPhase;
import static dev.sallyport.api.dbroles.PlayedProvisioner.beat;
import static dev.sallyport.api.dbroles.PlayedProvisioner.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs from the order to the finished event, with real Kafka and PostgreSQL; the test plays the provisioner. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class JobsIT {

    private static final AgentId AGENT = AgentId.next(Clock.systemUTC());
    private static final AgentId SILENT = AgentId.next(Clock.systemUTC());
    private static final AgentId PROXY = AgentId.next(Clock.systemUTC());

    private final String instance =
            "i" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
    private final String prefix = "p-" + instance;
    private final String arn = "arn:aws:rds:us-west-2:111111111111:db:" + instance;

    @BeforeEach
    void agentsAreKnown() {
        beat(AGENT, "provisioner", Instant.now(), List.of());
        beat(SILENT, "provisioner", Instant.now().minus(Duration.ofMinutes(1)), List.of());
        beat(PROXY, "db-proxy", Instant.now(), List.of(new AgentHeartbeat.Listener("postgres", "localhost", 7432)));
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(admin().get("/api/agents?limit=200")
                                .jsonPath()
                                .getList("items.findAll { it.status == 'online' }.id", String.class))
                        .contains(AGENT.value(), PROXY.value()));
    }

    @Test
    void takesAJobAndTellsTheProvisionerAndThePublic() {
        JobId id = ordered(body(arn, prefix));

        Records commands = Records.of(Topics.DBROLES_COMMANDS, id.value());
        Event<ProvisionRequested> command =
                EventJson.read(EventType.DBROLES_PROVISION, commands.only().value());
        assertThat(commands.only().header("agent")).isEqualTo(AGENT.value());
        assertThat(command.data().instanceArn()).hasToString(arn);
        assertThat(command.data().jobSteps()).containsExactly("create-connections", "send-webhook");
        assertThat(command.data().requestedBy()).isEqualTo("admin");
        Event<Job> created = EventJson.read(
                EventType.DBROLES_JOB_CREATED,
                Records.of(Topics.EVENTS, id.value()).only().value());
        assertThat(created.data().status().phase()).isEqualTo(Job.Phase.RUNNING);
    }

    @Test
    void keepsTheHighestRevisionMakesTheConnectionsAndTellsTheEndOnce() {
        JobId id = ordered(body(arn, prefix));
        Event<JobProgressed> last = progress(id, 3, Job.Phase.COMPLETED);

        Records.send(progress(id, 2, Job.Phase.RUNNING));
        Records.send(progress(id, 1, Job.Phase.RUNNING));
        Records.send(last);
        Records.send(last);
        Records.send(progress(id, 2, Job.Phase.FAILED));
        Records.send(progress(id, 4, Job.Phase.FAILED));
        Response job = awaitPhase(id, "completed");

        assertThat(job.jsonPath().getList("steps.name", String.class))
                .containsExactly("preflight", "network", "master", "roles", "create-connections", "send-webhook");
        assertThat(job.jsonPath().getList("steps.status", String.class)).containsOnly("completed");
        assertThat(admin().get("/api/dbroles/" + id).asString()).isEqualTo(job.asString());
        for (String kind : List.of("ro", "rw", "ddl")) {
            Response connection = admin().get("/api/connections/" + prefix + "-" + kind);
            assertThat(connection.statusCode()).isEqualTo(200);
            assertThat(connection.jsonPath().getString("role")).isEqualTo("hoop_" + kind);
            assertThat(connection.jsonPath().getString("subtype")).isEqualTo("postgres");
            assertThat(connection.jsonPath().getString("secret.secret_id")).endsWith("/hoop_" + kind);
            assertThat(connection.jsonPath().getList("databases", String.class)).containsExactly("app", "postgres");
        }
        Records.settled(id.value());
        List<Records.Entry> finished = Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished");
        assertThat(finished).hasSize(1);
        assertThat(finished.getFirst().value()).contains("\"data\":" + job.asString());
        assertThat(awaitPhase(id, "completed").asString()).isEqualTo(job.asString());
    }

    @Test
    void whoSetsHowAConnectionIsAuditedIsTold() {
        JobId id = ordered(body(arn, prefix));
        Records.send(progress(id, 3, Job.Phase.COMPLETED));
        awaitPhase(id, "completed");

        for (String settings : List.of(
                "{\"audit_mode\": \"best-effort\", \"default_local_port\": 5433}",
                "{\"audit_mode\": \"best-effort\", \"default_local_port\": 5433}",
                "{\"audit_mode\": \"strict\"}",
                "{\"proxy_id\": \"nowhere\"}")) {
            admin().contentType("application/json").body(settings).put("/api/connections/" + prefix + "-ro/settings");
        }

        assertThat(Records.changesOf("connection/" + prefix + "-ro"))
                .extracting(ConfigurationChanged::fields)
                .containsExactly(
                        List.of("audit_mode", "default_local_port"), List.of("audit_mode", "default_local_port"));
    }

    @Test
    void tellsAFailureToo() {
        JobId id = ordered(body(arn, prefix));

        Records.send(progress(id, 1, Job.Phase.FAILED));
        Response job = awaitPhase(id, "failed");

        assertThat(job.jsonPath().getString("completed_at")).isNotNull();
        assertThat(job.jsonPath().getString("steps.find { it.name == 'create-connections' }.status"))
                .isEqualTo("skipped");
        assertThat(admin().get("/api/connections/" + prefix + "-ro").statusCode())
                .isEqualTo(404);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(Records.of(Topics.EVENTS, id.value()).ofType("dbroles.job.finished"))
                                .hasSize(1));
        assertThat(order(body(arn, prefix)).statusCode()).isEqualTo(202);
    }

    @Test
    void putsWhatItCannotReadAmongTheDeadLettersAndGoesOn() {
        String poison = "poison-" + instance;
        JobId id = ordered(body(arn, prefix));
        JobId stranger = JobId.next(Clock.systemUTC());

        Records.send(Topics.DBROLES_PROGRESS, id.value(), poison);
        Records.send(progress(stranger, 1, Job.Phase.RUNNING));
        Records.send(progress(id, 1, Job.Phase.COMPLETED));
        awaitPhase(id, "completed");

        assertThat(Records.of(Topics.deadLetters(Topics.DBROLES_PROGRESS), id.value())
                        .only()
                        .value())
                .isEqualTo(poison);
        assertThat(Records.of(Topics.deadLetters(Topics.DBROLES_PROGRESS), stranger.value())
                        .only()
                        .header("dead-letter-reason"))
                .contains("there is no job");
    }

    @Test
    void answersARepetitionWithTheSameJob() {
        String key = UUID.randomUUID().toString();

        Response first = order(body(arn, prefix), key);
        Response again = order(body(arn, prefix), key);

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(again.jsonPath().getString("job_id"))
                .isEqualTo(first.jsonPath().getString("job_id"));
        refused(order(body(arn, prefix + "x"), key), 422, "idempotency_key_reused");
        refused(order(body(arn, prefix), "with space"), 400, "invalid_idempotency_key");
    }

    @Test
    void runsOneJobPerInstanceAndPerPrefix() {
        JobId id = ordered(body(arn, prefix));

        refused(order(body(arn, prefix + "x")), 409, "job_running");
        refused(order(body(arn + "x", prefix)), 409, "prefix_in_use");
        Records.send(progress(id, 1, Job.Phase.COMPLETED));
        awaitPhase(id, "completed");

        refused(order(body(arn + "x", prefix)), 409, "prefix_in_use");
        assertThat(order(body(arn, prefix)).statusCode()).isEqualTo(202);
    }

    @Test
    void refusesWhatIsWrong() {
        refused(order(body("arn:aws:s3:::bucket", prefix)), 400, "invalid_arn");
        refused(order(body(arn, "Prod Orders")), 400, "invalid_prefix");
        refused(order(body(arn, "a".repeat(51))), 400, "invalid_prefix");
        refused(
                order(body(arn, prefix)
                        .replace(AGENT.value(), AgentId.next(Clock.systemUTC()).value())),
                400,
                "unknown_agent");
        refused(order(body(arn, prefix).replace(AGENT.value(), "nobody")), 400, "unknown_agent");
        refused(order(body(arn, prefix).replace(AGENT.value(), PROXY.value())), 400, "unknown_agent");
        refused(order(body(arn, prefix).replace(AGENT.value(), SILENT.value())), 409, "agent_offline");
        refused(order(body(arn, prefix).replace("send-webhook", "drop-tables")), 400, "unknown_job_step");
        refused(
                order(body(arn, prefix).replace("{\"agent_id\"", "{\"colour\": 1, \"agent_id\"")),
                400,
                "unknown_field");
        refused(order(body(arn, prefix).replace("\"aws\": {", "\"aws\": {\"colour\": 1, ")), 400, "unknown_field");
        refused(order("{\"aws\": "), 400, "malformed_json");
        refused(order(""), 400, null);
        refused(order("[]"), 400, "malformed_json");
        refused(order("{}"), 400, "missing_field");
        refused(order(body(arn, prefix).replace("\"" + prefix + "\"", "7")), 400, "invalid_field");
        refused(order(withCidr("0.0.0.0/0")), 400, "cidr_too_wide");
        refused(order(withCidr("10.0.0.5/16")), 400, "invalid_cidr");
        refused(order(" ".repeat(300_000) + body(arn, prefix)), 413, "body_too_large");
        refused(
                admin().contentType("text/plain").body("hello").post("/api/dbroles/jobs"),
                415,
                "unsupported_media_type");
        refused(admin().delete("/api/dbroles/jobs"), 405, "method_not_allowed");
        refused(admin().get("/api/dbroles/jobs/" + JobId.next(Clock.systemUTC())), 404, "not_found");
        refused(admin().get("/api/dbroles/jobs/nothing"), 404, "not_found");
        refused(admin().get("/api/dbroles/jobs?limit=0"), 400, "invalid_limit");
        refused(admin().get("/api/dbroles/jobs?limit=201"), 400, "invalid_limit");
        refused(admin().get("/api/dbroles/jobs?cursor=***"), 400, "invalid_cursor");
    }

    @Test
    void listsJobsAPageAtATime() {
        ordered(body(arn, prefix));
        ordered(body(arn + "b", prefix + "b"));

        Response first = admin().get("/api/dbroles/jobs?limit=1");
        Response second = admin().get(
                        "/api/dbroles/jobs?limit=1&cursor=" + first.jsonPath().getString("next_cursor"));

        assertThat(first.jsonPath().getList("items")).hasSize(1);
        assertThat(second.jsonPath().getList("items")).hasSize(1);
        assertThat(second.jsonPath().getString("items[0].id"))
                .isLessThan(first.jsonPath().getString("items[0].id"));
    }

    private String body(String instanceArn, String name) {
        return "{\"agent_id\": \"" + AGENT + "\", \"connection_prefix_name\": \"" + name
                + "\", \"job_steps\": [\"create-connections\", \"send-webhook\"], \"aws\": {\"instance_arn\": \""
                + instanceArn
                + "\"}}";
    }

    private String withCidr(String cidr) {
        return body(arn, prefix)
                .replace("\"aws\": {", "\"aws\": {\"default_security_group\": {\"ingress_cidr\": \"" + cidr + "\"}, ");
    }

    private static Response order(String body) {
        return order(body, null);
    }

    private static Response order(String body, @Nullable String key) {
        RequestSpecification request = admin().contentType("application/json").body(body);
        return (key == null ? request : request.header("Idempotency-Key", key)).post("/api/dbroles/jobs");
    }

    private static JobId ordered(String body) {
        Response response = order(body);
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(202);
        return new JobId(response.jsonPath().getString("job_id"));
    }

    private Event<JobProgressed> progress(JobId id, long revision, Job.Phase phase) {
        return PlayedProvisioner.provisioning(id, arn, revision, phase);
    }
}
