package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job with the view that the api is told. Each change makes a new one with the next revision. */
record DbRolesJob(JobCommand command, JobState state, JobProgressed view) {

    static DbRolesJob begin(JobCommand command, Instant now) {
        Job.Spec spec = new Job.Spec(
                command.instanceArn().accountArn(), command.instanceArn().toString(), "", "", List.of());
        List<Job.Step> steps = JobKind.of(command).steps().stream()
                .map(step -> new Job.Step(step.label(), Job.StepStatus.PENDING, "", null, null))
                .toList();
        Job.Status status = new Job.Status(Job.Phase.RUNNING, "", List.of());
        return new DbRolesJob(
                command, JobMachine.begin(now), new JobProgressed(command.jobId(), 1, spec, status, steps, null, null));
    }

    JobId id() {
        return command.jobId();
    }

    JobKind kind() {
        return JobKind.of(command);
    }

    /** Taken up by a runner; the same when it is not due. */
    DbRolesJob takenUp(RetryPolicy policy, Instant now) {
        return moved(new JobEvent.TakenUp(), policy, now);
    }

    /** Behind another job on the same cluster; the same when it says so already. */
    DbRolesJob blocked(String otherJob, Duration pause, RetryPolicy policy, Instant now) {
        String message = "waiting for " + otherJob + " on the same cluster";
        if (state instanceof JobState.Waiting && view.status().message().equals(message)) {
            return this;
        }
        DbRolesJob next = with(decide(new JobEvent.Blocked(pause), policy, now), now);
        JobProgressed said = next.view;
        return new DbRolesJob(
                command,
                next.state,
                new JobProgressed(
                        said.jobId(),
                        said.revision(),
                        said.spec(),
                        new Job.Status(
                                said.status().phase(), message, said.status().result()),
                        said.steps(),
                        said.provisioned(),
                        said.plan()));
    }

    /** Ended by somebody; the same when it has ended. */
    DbRolesJob cancelled(String by, RetryPolicy policy, Instant now) {
        return moved(new JobEvent.CancelAsked(by), policy, now);
    }

    private DbRolesJob moved(JobEvent event, RetryPolicy policy, Instant now) {
        JobState next = decide(event, policy, now);
        return next.equals(state) ? this : with(next, now);
    }

    DbRolesJob done(StepReport report, RetryPolicy policy, Instant now) {
        Step step = runningStep();
        JobState next = decide(new JobEvent.StepDone(), policy, now);
        List<Job.Step> steps = replaced(
                step, report.skipped() ? Job.StepStatus.SKIPPED : Job.StepStatus.COMPLETED, report.message(), now);
        List<Job.RoleResult> results =
                report.results().isEmpty() ? view.status().result() : report.results();
        JobProgressed said = new JobProgressed(
                view.jobId(),
                view.revision(),
                report.spec().orElse(view.spec()),
                new Job.Status(view.status().phase(), view.status().message(), results),
                steps,
                report.provisioned().orElse(view.provisioned()),
                report.plan().orElse(view.plan()));
        return new DbRolesJob(command, state, said).with(next, now);
    }

    DbRolesJob failed(StepFailure failure, RetryPolicy policy, Instant now) {
        Step step = runningStep();
        JobState next = decide(new JobEvent.StepFailed(failure.text(), failure.passing()), policy, now);
        List<Job.Step> steps = next instanceof JobState.Waiting waiting
                ? replaced(
                        step,
                        Job.StepStatus.RUNNING,
                        "attempt " + (waiting.attempt() - 1) + " failed and will be repeated: " + failure.text(),
                        null)
                : view.steps();
        List<Job.RoleResult> results =
                failure.results().isEmpty() ? view.status().result() : failure.results();
        return new DbRolesJob(
                        command,
                        state,
                        new JobProgressed(
                                view.jobId(),
                                view.revision(),
                                view.spec(),
                                new Job.Status(
                                        view.status().phase(), view.status().message(), results),
                                steps,
                                view.provisioned(),
                                view.plan()))
                .with(next, now);
    }

    Step runningStep() {
        if (state instanceof JobState.Running running) {
            return running.step();
        }
        throw new IllegalStateException("no step of " + id() + " is running");
    }

    private JobState decide(JobEvent event, RetryPolicy policy, Instant now) {
        return JobMachine.decide(kind(), state, event, policy, now);
    }

    private DbRolesJob with(JobState next, Instant now) {
        List<Job.Step> steps = view.steps();
        Job.Phase phase = Job.Phase.RUNNING;
        String message = "";
        switch (next) {
            case JobState.Running running -> steps = started(running.step(), now);
            case JobState.Waiting waiting -> {}
            case JobState.Completed completed -> phase = Job.Phase.COMPLETED;
            case JobState.Failed failed -> {
                phase = Job.Phase.FAILED;
                message = failed.step().label() + ": " + failed.message();
                steps = replaced(failed.step(), Job.StepStatus.FAILED, failed.message(), now);
            }
            case JobState.Cancelled cancelled -> {
                phase = Job.Phase.FAILED;
                message = "cancelled by " + cancelled.by() + " before the step "
                        + cancelled.step().label() + " was done";
                steps = replaced(cancelled.step(), Job.StepStatus.SKIPPED, "cancelled", now);
            }
        }
        JobProgressed said = new JobProgressed(
                view.jobId(),
                view.revision() + 1,
                view.spec(),
                new Job.Status(phase, message, view.status().result()),
                steps,
                // Only the last step reports these, so they are never there before the end.
                view.provisioned(),
                view.plan());
        return new DbRolesJob(command, next, said);
    }

    private List<Job.Step> started(Step step, Instant now) {
        int at = kind().steps().indexOf(step);
        List<Job.Step> all = new ArrayList<>(view.steps());
        Job.Step before = all.get(at);
        Instant since = before.startedAt() == null ? now : before.startedAt();
        all.set(at, new Job.Step(before.name(), Job.StepStatus.RUNNING, before.message(), since, null));
        return List.copyOf(all);
    }

    private List<Job.Step> replaced(Step step, Job.StepStatus status, String message, @Nullable Instant ended) {
        int at = kind().steps().indexOf(step);
        List<Job.Step> all = new ArrayList<>(view.steps());
        Job.Step before = all.get(at);
        all.set(at, new Job.Step(before.name(), status, message, before.startedAt(), ended));
        return List.copyOf(all);
    }
}
