package dev.sallyport.api.dbroles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every phase of a job against every phase that a provisioner may tell. */
class JobProgressTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.000006Z");
    private static final JobProgressed.Provisioned REACHED =
            new JobProgressed.Provisioned(Engine.POSTGRES, "h", 5432, null, "app", List.of("app"));

    private static final JobPlan PLAN = new JobPlan("0".repeat(64), List.of(), 0, List.of());

    private final Job job = job(JobKind.PROVISION);

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
    void beginsEachKindWithItsSteps() {
        assertThat(job(JobKind.PLAN).steps()).extracting(Job.Step::name).containsExactly("preflight", "plan");
        assertThat(job(JobKind.DEPROVISION).steps())
                .extracting(Job.Step::name)
                .containsExactly("preflight", "remove-roles", "remove-network", "remove-secrets", "remove-connections");
        for (JobKind kind : JobKind.values()) {
            assertThat(JobKind.of(job(kind))).isEqualTo(kind);
        }
    }

    @ParameterizedTest
    @EnumSource(JobKind.class)
    void decidesEveryPhaseOfEveryKind(JobKind kind) {
        Job running = job(kind);

        assertThat(JobProgress.decide(running, 0, said(running, 1, Phase.RUNNING, null, null), NOW))
                .isInstanceOf(JobProgress.Running.class);
        assertThat(JobProgress.decide(running, 0, said(running, 1, Phase.FAILED, null, null), NOW))
                .isInstanceOfSatisfying(
                        JobProgress.Failed.class,
                        failed -> assertThat(failed.job().completedAt()).isEqualTo(NOW));
        assertThat(JobProgress.decide(running, 0, said(running, 1, Phase.COMPLETED, REACHED, PLAN), NOW))
                .isInstanceOf(
                        switch (kind) {
                            case PROVISION -> JobProgress.Completed.class;
                            case PLAN -> JobProgress.Planned.class;
                            case DEPROVISION -> JobProgress.Removed.class;
                        });
    }

    @Test
    void failsAPlanThatWasNotTold() {
        Job plan = job(JobKind.PLAN);

        assertThat(JobProgress.decide(plan, 0, said(plan, 1, Phase.COMPLETED, REACHED, null), NOW))
                .isInstanceOfSatisfying(
                        JobProgress.Failed.class,
                        failed -> assertThat(failed.job().status().message()).contains("did not tell its plan"));
    }

    @Test
    void keepsTheConnectionsOfARemovalThatFailed() {
        Job removal = job(JobKind.DEPROVISION);

        assertThat(JobProgress.decide(removal, 0, said(removal, 1, Phase.FAILED, null, null), NOW))
                .isInstanceOfSatisfying(
                        JobProgress.Failed.class,
                        failed -> assertThat(step(failed.job(), "remove-connections"))
                                .isEqualTo(StepStatus.SKIPPED));
        assertThat(JobProgress.decide(removal, 0, said(removal, 1, Phase.COMPLETED, null, null), NOW))
                .isInstanceOfSatisfying(
                        JobProgress.Removed.class,
                        removed -> assertThat(step(removed.job(), "remove-connections"))
                                .isEqualTo(StepStatus.COMPLETED));
    }

    @Test
    void endsWhatNobodyBeganAndTellsOfIt() {
        Job cancelled = JobProgress.cancelled(job, "admin", NOW);

        assertThat(cancelled.status().phase()).isEqualTo(Phase.FAILED);
        assertThat(cancelled.status().message()).isEqualTo("cancelled by admin before its agent began");
        assertThat(cancelled.completedAt()).isEqualTo(NOW);
        assertThat(step(cancelled, "roles")).isEqualTo(StepStatus.SKIPPED);
        assertThat(step(cancelled, "send-webhook")).isEqualTo(StepStatus.COMPLETED);
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
        return said(job, revision, phase, provisioned, null);
    }

    private static JobProgressed said(
            Job job,
            long revision,
            Phase phase,
            JobProgressed.@Nullable Provisioned provisioned,
            @Nullable JobPlan plan) {
        return new JobProgressed(
                job.id(),
                revision,
                new Job.Spec("a", "b", "orders", "postgres", List.of()),
                new Job.Status(phase, "", List.of()),
                job.steps().stream()
                        .filter(step -> !JobKind.OURS.contains(step.name()))
                        .toList(),
                provisioned,
                plan);
    }

    private static Job job(JobKind kind) {
        AgentId agent = AgentId.next(() -> NOW);
        RdsArn instance = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:orders");
        JobId id = JobId.next(() -> NOW);
        JobCommand command = kind == JobKind.DEPROVISION
                ? new DeprovisionRequested(id, "default", agent, instance, List.of(), null, false, "admin", NOW)
                : new ProvisionRequested(
                        id,
                        "default",
                        agent,
                        "orders",
                        JobOrder.KNOWN_STEPS,
                        null,
                        instance,
                        null,
                        null,
                        kind == JobKind.PLAN,
                        null,
                        "admin",
                        NOW);
        return JobProgress.ordered(command, "default", "", NOW);
    }

    private static StepStatus step(Job job, String name) {
        return job.steps().stream()
                .filter(step -> step.name().equals(name))
                .findFirst()
                .orElseThrow()
                .status();
    }
}
