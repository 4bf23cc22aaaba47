package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.Job.RoleResult;
import dev.sallyport.contracts.dbroles.Job.Step;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.JobProgressed.Provisioned;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What becomes of a job when its provisioner tells how far it is. The first steps are the provisioner's, the last ones
 * ({@link JobKind#OURS}) ours.
 */
sealed interface JobProgress {

    /** Nothing new: an older view, or a job that ended. */
    record Ignored() implements JobProgress {}

    /** It goes on. */
    record Running(Job job) implements JobProgress {}

    /** It ended without what was wanted. */
    record Failed(Job job) implements JobProgress {}

    /** The roles are made; the connections are to be made with the job's end when it asked for them. */
    record Completed(Job job, Provisioned provisioned, boolean connections) implements JobProgress {}

    /** It is known what would be changed. */
    record Planned(Job job, JobPlan plan) implements JobProgress {}

    /** The roles are gone; the connections are to go with the job's end. */
    record Removed(Job job) implements JobProgress {}

    /** A job that nobody has begun. */
    static Job ordered(JobCommand command, String orgId, String message, Instant now) {
        List<Step> steps = Stream.concat(
                        JobKind.of(command).provisionerSteps().stream(), JobKind.ourSteps(command).stream())
                .map(name -> new Step(name, StepStatus.PENDING, "", null, null))
                .toList();
        return new Job(
                command.jobId(),
                orgId,
                now,
                null,
                new Job.Spec(
                        command.instanceArn().accountArn(),
                        command.instanceArn().toString(),
                        "",
                        "",
                        List.of()),
                new Job.Status(Phase.RUNNING, message, List.of()),
                steps);
    }

    /** @param revision of the provisioner's view that {@code job} shows; 0 for none */
    static JobProgress decide(Job job, long revision, JobProgressed said, Instant now) {
        if (job.status().phase() != Phase.RUNNING || said.revision() <= revision) {
            return new Ignored();
        }
        return switch (said.status().phase()) {
            case RUNNING -> new Running(shown(job, said));
            case FAILED -> new Failed(unfinished(job, said, said.status(), now));
            case COMPLETED -> completed(job, said, now);
        };
    }

    private static JobProgress completed(Job job, JobProgressed said, Instant now) {
        return switch (JobKind.of(job)) {
            case PROVISION -> {
                Provisioned provisioned = said.provisioned();
                yield provisioned == null
                        ? new Failed(unreachable(job, said, now))
                        : new Completed(done(job, said, now), provisioned, has(job, JobOrder.CREATE_CONNECTIONS));
            }
            case PLAN -> {
                JobPlan plan = said.plan();
                yield plan == null
                        ? new Failed(unfinished(job, said, failed(said, "the provisioner did not tell its plan"), now))
                        : new Planned(done(job, said, now), plan);
            }
            case DEPROVISION -> new Removed(done(job, said, now));
        };
    }

    /** A job that ends before anybody began it. Nothing of it was done. */
    static Job cancelled(Job job, String by, Instant now) {
        return new Job(
                job.id(),
                job.orgId(),
                job.createdAt(),
                now,
                job.spec(),
                new Job.Status(
                        Phase.FAILED,
                        "cancelled by " + by + " before its agent began",
                        job.status().result()),
                job.steps().stream()
                        .map(step -> step.name().equals(JobOrder.SEND_WEBHOOK)
                                ? completed(step, now)
                                : new Step(step.name(), StepStatus.SKIPPED, "cancelled", null, null))
                        .toList());
    }

    /** A running job with something to say about it. */
    static Job saying(Job job, String message) {
        return new Job(
                job.id(),
                job.orgId(),
                job.createdAt(),
                null,
                job.spec(),
                new Job.Status(Phase.RUNNING, message, job.status().result()),
                job.steps());
    }

    private static Job shown(Job job, JobProgressed said) {
        return new Job(
                job.id(),
                job.orgId(),
                job.createdAt(),
                null,
                said.spec(),
                said.status(),
                steps(job, said, step -> step));
    }

    private static Job done(Job job, JobProgressed said, Instant now) {
        return ended(job, said, said.status(), now, step -> completed(step, now));
    }

    /** The webhook tells of a failure too. */
    private static Job unfinished(Job job, JobProgressed said, Job.Status status, Instant now) {
        return ended(job, said, status, now, step -> switch (step.name()) {
            case JobOrder.SEND_WEBHOOK -> completed(step, now);
            case JobOrder.CREATE_CONNECTIONS -> skipped(step, "the roles were not made");
            default -> skipped(step, "the roles are not gone");
        });
    }

    private static Job unreachable(Job job, JobProgressed said, Instant now) {
        Job.Status status = failed(said, "the provisioner did not say how the roles are reached");
        return ended(
                job,
                said,
                status,
                now,
                step -> step.name().equals(JobOrder.CREATE_CONNECTIONS)
                        ? new Step(step.name(), StepStatus.FAILED, "nobody said how the roles are reached", now, now)
                        : completed(step, now));
    }

    private static Job ended(
            Job job, JobProgressed said, Job.Status status, Instant now, Function<Step, Step> ourStep) {
        return new Job(job.id(), job.orgId(), job.createdAt(), now, said.spec(), status, steps(job, said, ourStep));
    }

    /** The provisioner's steps as it tells them, then ours. */
    private static List<Step> steps(Job job, JobProgressed said, Function<Step, Step> ourStep) {
        List<Step> steps = new ArrayList<>(said.steps());
        job.steps().stream()
                .filter(step -> JobKind.OURS.contains(step.name()))
                .map(ourStep)
                .forEach(steps::add);
        return List.copyOf(steps);
    }

    private static Step completed(Step step, Instant now) {
        return new Step(step.name(), StepStatus.COMPLETED, "", now, now);
    }

    private static Step skipped(Step step, String why) {
        return new Step(step.name(), StepStatus.SKIPPED, why, null, null);
    }

    private static Job.Status failed(JobProgressed said, String message) {
        return new Job.Status(Phase.FAILED, message, said.status().result());
    }

    private static boolean has(Job job, String step) {
        return job.steps().stream().anyMatch(known -> known.name().equals(step));
    }

    /** The roles that connections can be made of. */
    static List<RoleResult> made(Job job) {
        return job.status().result().stream()
                .filter(role -> role.status() == Phase.COMPLETED)
                .toList();
    }
}
