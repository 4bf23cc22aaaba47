package dev.sallyport.api.dbroles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every phase of a job against every phase that a provisioner may tell. */
class JobProgressTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000006Z");
    private static final JobProgressed.Provisioned REACHED =
            new JobProgressed.Provisioned(Engine.POSTGRES, "h", 5432, null, "app", List.of("app"));

    private final Job job = JobProgress.ordered(
            JobId.next(() -> NOW),
            "default",
            new JobOrder(
                    AgentId.next(() -> NOW),
                    "orders",
                    JobOrder.KNOWN_STEPS,
                    RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:orders"),
                    Optional.empty(),
                    Optional.empty()),
            NOW);

    @Test
    void beginsWithAllStepsPending() {
        assertThat(job.steps())
                .extracting(Job.Step::name)
                .containsExactly("preflight", "network", "master", "roles", "create-connections", "send-webhook");
        assertThat(job.steps()).extracting(Job.Step::status).containsOnly(StepStatus.PENDING);
        assertThat(job.completedAt()).isNull();
    }

    @Test
    void showsTheProvisionersViewWhileItRuns() {
        JobProgress progress = JobProgress.decide(job, 0, said(1, Phase.RUNNING, null), NOW);

        assertThat(progress).isInstanceOfSatisfying(JobProgress.Running.class, running -> {
            assertThat(running.job().steps()).hasSize(6);
            assertThat(running.job().completedAt()).isNull();
            assertThat(running.job().spec().dbName()).isEqualTo("orders");
        });
    }

    @Test
    void completesOurStepsWithTheJob() {
        JobProgress progress = JobProgress.decide(job, 4, said(5, Phase.COMPLETED, REACHED), NOW);

        assertThat(progress).isInstanceOfSatisfying(JobProgress.Completed.class, completed -> {
            assertThat(completed.job().completedAt()).isEqualTo(NOW);
            assertThat(completed.connections()).isTrue();
            assertThat(step(completed.job(), "create-connections")).isEqualTo(StepStatus.COMPLETED);
            assertThat(step(completed.job(), "send-webhook")).isEqualTo(StepStatus.COMPLETED);
        });
    }

    @Test
    void skipsTheConnectionsOfAFailureButTellsOfIt() {
        JobProgress progress = JobProgress.decide(job, 0, said(1, Phase.FAILED, null), NOW);

        assertThat(progress).isInstanceOfSatisfying(JobProgress.Failed.class, failed -> {
            assertThat(failed.job().completedAt()).isEqualTo(NOW);
            assertThat(step(failed.job(), "create-connections")).isEqualTo(StepStatus.SKIPPED);
            assertThat(step(failed.job(), "send-webhook")).isEqualTo(StepStatus.COMPLETED);
        });
    }

    @Test
    void failsASuccessThatDoesNotSayHowTheRolesAreReached() {
        JobProgress progress = JobProgress.decide(job, 0, said(1, Phase.COMPLETED, null), NOW);

        assertThat(progress)
                .isInstanceOfSatisfying(
                        JobProgress.Failed.class,
                        failed -> assertThat(failed.job().status().phase()).isEqualTo(Phase.FAILED));
    }

    @Test
    void passesOverWhatIsOldAndWhatComesAfterTheEnd() {
        for (Phase phase : Phase.values()) {
            assertThat(JobProgress.decide(job, 3, said(3, phase, REACHED), NOW))
                    .isInstanceOf(JobProgress.Ignored.class);
            assertThat(JobProgress.decide(job, 3, said(2, phase, REACHED), NOW))
                    .isInstanceOf(JobProgress.Ignored.class);
            for (Phase end : List.of(Phase.FAILED, Phase.COMPLETED)) {
                assertThat(JobProgress.decide(ended(end), 3, said(4, phase, REACHED), NOW))
                        .isInstanceOf(JobProgress.Ignored.class);
            }
        }
    }

    private Job ended(Phase phase) {
        return new Job(
                job.id(),
                job.orgId(),
                job.createdAt(),
                NOW,
                job.spec(),
                new Job.Status(phase, "", List.of()),
                job.steps());
    }

    private JobProgressed said(long revision, Phase phase, JobProgressed.@Nullable Provisioned provisioned) {
        return new JobProgressed(
                job.id(),
                revision,
                new Job.Spec("a", "b", "orders", "postgres", List.of()),
                new Job.Status(phase, "", List.of()),
                job.steps().subList(0, 4),
                provisioned,
                null);
    }

    private static StepStatus step(Job job, String name) {
        return job.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow()
                .status();
    }
}
