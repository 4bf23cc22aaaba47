package dev.sallyport.api.dbroles;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a provisioner says, as tests say it, and an administrator who looks. */
final class PlayedProvisioner {

    private static final JobProgressed.Provisioned REACHED = new JobProgressed.Provisioned(
            Engine.POSTGRES, "db.example", 5432, null, "postgres", List.of("app", "postgres"));

    static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN));
    }

    static void refused(Response response, int status, @Nullable String code) {
        assertThat(response.statusCode()).as(response.asString()).isEqualTo(status);
        assertThat(response.contentType()).startsWith("application/problem+json");
        if (code != null) {
            assertThat(response.jsonPath().getString("code"))
                    .as(response.asString())
                    .isEqualTo(code);
        }
        assertThat(response.jsonPath().getString("message"))
                .isEqualTo(response.jsonPath().getString("detail"));
    }

    static Response awaitPhase(JobId id, String phase) {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(admin().get("/api/dbroles/jobs/" + id)
                                .jsonPath()
                                .getString("status.phase"))
                        .isEqualTo(phase));
        return admin().get("/api/dbroles/jobs/" + id);
    }

    static void beat(AgentId id, String kind, Instant time, List<AgentHeartbeat.Listener> listeners) {
        AgentHeartbeat heartbeat = new AgentHeartbeat(id, kind, "tests", "0.1.0", time, "here", listeners, null);
        Records.send(Event.of(EventType.AGENT_HEARTBEAT, "/tests", id, time, heartbeat));
    }

    /** A view of a job that makes the roles. */
    static Event<JobProgressed> provisioning(JobId id, String arn, long revision, Job.Phase phase) {
        List<Job.RoleResult> results = List.of("hoop_ro", "hoop_rw", "hoop_ddl").stream()
                .map(role -> made(arn, role))
                .toList();
        return said(
                id,
                arn,
                revision,
                new Job.Status(phase, "", results),
                JobKind.PROVISION,
                phase == Job.Phase.COMPLETED ? REACHED : null,
                null);
    }

    /** The end of a job that plans. */
    static Event<JobProgressed> planned(JobId id, String arn, JobPlan plan) {
        return said(id, arn, 1, new Job.Status(Job.Phase.COMPLETED, "", List.of()), JobKind.PLAN, null, plan);
    }

    /** A view of a job that takes the roles out. */
    static Event<JobProgressed> deprovisioning(JobId id, String arn, long revision, Job.Phase phase) {
        return said(id, arn, revision, new Job.Status(phase, "", List.of()), JobKind.DEPROVISION, null, null);
    }

    private static Event<JobProgressed> said(
            JobId id,
            String arn,
            long revision,
            Job.Status status,
            JobKind kind,
            JobProgressed.@Nullable Provisioned provisioned,
            @Nullable JobPlan plan) {
        Instant now = Instant.now();
        List<Job.Step> steps = kind.provisionerSteps().stream()
                .map(name -> new Job.Step(name, Job.StepStatus.COMPLETED, "", now, now))
                .toList();
        Job.Spec spec = new Job.Spec(
                "arn:aws:iam::111111111111:root", arn, RdsArn.parse(arn).identifier(), "postgres", List.of());
        JobProgressed view = new JobProgressed(id, revision, spec, status, steps, provisioned, plan);
        return Event.of(EventType.DBROLES_PROGRESSED, "/tests", id, now, view);
    }

    private static Job.RoleResult made(String arn, String role) {
        RdsArn instance = RdsArn.parse(arn);
        return new Job.RoleResult(
                role,
                Job.Phase.COMPLETED,
                "",
                Instant.now(),
                new Job.CredentialsInfo(
                        "database",
                        "dbroles/111111111111/us-west-2/" + instance.identifier() + "/" + role,
                        List.of("HOST", "PORT", "USER", "PASSWORD", "DB")));
    }

    private PlayedProvisioner() {}
}
