package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job with the view that the api is told. Each change makes a new one with the next revision. */
record ProvisioningJob(ProvisionRequested command, JobState state, JobProgressed view) {

    static ProvisioningJob begin(ProvisionRequested command, Instant now) {
        Job.Spec spec = new Job.Spec(
                command.instanceArn().accountArn(), command.instanceArn().toString(), "", "", List.of());
        List<Job.Step> steps = Arrays.stream(Step.values())
                .map(step -> new Job.Step(step.label(), Job.StepStatus.PENDING, "", null, null))
                .toList();
        Job.Status status = new Job.Status(Job.Phase.RUNNING, "", List.of());
        return new ProvisioningJob(
                command, JobMachine.begin(now), new JobProgressed(command.jobId(), 1, spec, status, steps, null, null));
    }

    JobId id() {
        return command.jobId();
    }

    /** Taken up by a runner; the same when it is not due. */
    ProvisioningJob takenUp(RetryPolicy policy, Instant now) {
        JobState next = JobMachine.decide(state, new JobEvent.TakenUp(), policy, now);
        return next.equals(state) ? this : with(next, now);
    }

    ProvisioningJob done(StepReport report, RetryPolicy policy, Instant now) {
        Step step = runningStep();
        JobState next = JobMachine.decide(state, new JobEvent.StepDone(), policy, now);
        List<Job.Step> steps = replaced(
                step, report.skipped() ? Job.StepStatus.SKIPPED : Job.StepStatus.COMPLETED, report.message(), now);
        Job.Status status = view.status();
        if (!report.results().isEmpty()) {
            status = new Job.Status(status.phase(), status.message(), report.results());
        }
        JobProgressed said = new JobProgressed(
                view.jobId(),
                view.revision(),
                report.spec().orElse(view.spec()),
                status,
                steps,
                report.provisioned().orElse(view.provisioned()),
                view.plan());
        return new ProvisioningJob(command, state, said).with(next, now);
    }

    ProvisioningJob failed(StepFailure failure, RetryPolicy policy, Instant now) {
        Step step = runningStep();
        JobState next =
                JobMachine.decide(state, new JobEvent.StepFailed(failure.text(), failure.passing()), policy, now);
        List<Job.Step> steps = switch (next) {
            case JobState.Failed failed -> replaced(step, Job.StepStatus.FAILED, failed.message(), now);
            case JobState.Waiting waiting ->
                replaced(
                        step,
                        Job.StepStatus.RUNNING,
                        "attempt " + (waiting.attempt() - 1) + " failed and will be repeated: " + failure.text(),
                        null);
            default -> view.steps();
        };
        List<Job.RoleResult> results =
                failure.results().isEmpty() ? view.status().result() : failure.results();
        Job.Status status = new Job.Status(view.status().phase(), view.status().message(), results);
        return new ProvisioningJob(
                        command,
                        state,
                        new JobProgressed(
                                view.jobId(), view.revision(), view.spec(), status, steps, view.provisioned(), view.plan()))
                .with(next, now);
    }

    Step runningStep() {
        if (state instanceof JobState.Running running) {
            return running.step();
        }
        throw new IllegalStateException("no step of " + id() + " is running");
    }

    private ProvisioningJob with(JobState next, Instant now) {
        List<Job.Step> steps = view.steps();
        Job.Phase phase = Job.Phase.RUNNING;
        String message = "";
        switch (next) {
            case JobState.Running running -> steps = started(steps, running.step(), now);
            case JobState.Waiting waiting -> {}
            case JobState.Completed completed -> phase = Job.Phase.COMPLETED;
            case JobState.Failed failed -> {
                phase = Job.Phase.FAILED;
                message = failed.step().label() + ": " + failed.message();
            }
        }
        JobProgressed said = new JobProgressed(
                view.jobId(),
                view.revision() + 1,
                view.spec(),
                new Job.Status(phase, message, view.status().result()),
                steps,
                // Only the last step reports it, so it is never there before the end.
                view.provisioned(),
                view.plan());
        return new ProvisioningJob(command, next, said);
    }

    private static List<Job.Step> started(List<Job.Step> steps, Step step, Instant now) {
        List<Job.Step> all = new ArrayList<>(steps);
        Job.Step before = all.get(step.ordinal());
        Instant since = before.startedAt() == null ? now : before.startedAt();
        all.set(step.ordinal(), new Job.Step(before.name(), Job.StepStatus.RUNNING, before.message(), since, null));
        return List.copyOf(all);
    }

    private List<Job.Step> replaced(Step step, Job.StepStatus status, String message, @Nullable Instant ended) {
        List<Job.Step> all = new ArrayList<>(view.steps());
        Job.Step before = all.get(step.ordinal());
        all.set(step.ordinal(), new Job.Step(before.name(), status, message, before.startedAt(), ended));
        return List.copyOf(all);
    }
}
