package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.Job.Phase;
import dev.sallyport.contracts.dbroles.Job.RoleResult;
import dev.sallyport.contracts.dbroles.Job.Step;
import dev.sallyport.contracts.dbroles.Job.StepStatus;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.JobProgressed.Provisioned;
import dev.sallyport.kernel.JobId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a job when its provisioner tells how far it is. The first steps are the provisioner's, the last ones
 * ({@link JobOrder#KNOWN_STEPS}) ours.
 */
sealed interface JobProgress {

    /** Nothing new: an older view, or a job that ended. */
    record Ignored() implements JobProgress {}

    /** It goes on. */
    record Running(Job job) implements JobProgress {}

    /** It ended without what was wanted. */
    record Failed(Job job) implements JobProgress {}

    /** It ended well; the connections are to be made with it when the job asked for them. */
    record Completed(Job job, Provisioned provisioned, boolean connections) implements JobProgress {}

    /** The provisioner's steps, in the order of doing. */
    List<String> PROVISIONER_STEPS = List.of("preflight", "network", "master", "roles");

    /** A job that nobody has begun. */
    static Job ordered(JobId id, String orgId, JobOrder order, Instant now) {
        List<Step> steps = new ArrayList<>();
        PROVISIONER_STEPS.forEach(name -> steps.add(new Step(name, StepStatus.PENDING, "", null, null)));
        order.steps().forEach(name -> steps.add(new Step(name, StepStatus.PENDING, "", null, null)));
        return new Job(
                id,
                orgId,
                now,
                null,
                new Job.Spec(order.instance().accountArn(), order.instance().toString(), "", "", List.of()),
                new Job.Status(Phase.RUNNING, "", List.of()),
                List.copyOf(steps));
    }

    /** @param revision of the provisioner's view that {@code job} shows; 0 for none */
    static JobProgress decide(Job job, long revision, JobProgressed said, Instant now) {
        if (job.status().phase() != Phase.RUNNING || said.revision() <= revision) {
            return new Ignored();
        }
        Provisioned provisioned = said.provisioned();
        return switch (said.status().phase()) {
            case RUNNING -> new Running(view(job, said, said.status(), ours(job, null, now), null));
            case FAILED -> new Failed(ended(job, said, said.status(), StepStatus.SKIPPED, now));
            case COMPLETED ->
                provisioned == null
                        ? new Failed(ended(job, said, unreachable(said.status()), StepStatus.FAILED, now))
                        : new Completed(
                                ended(job, said, said.status(), StepStatus.COMPLETED, now),
                                provisioned,
                                has(job, JobOrder.CREATE_CONNECTIONS));
        };
    }

    private static Job ended(Job job, JobProgressed said, Job.Status status, StepStatus connections, Instant now) {
        return view(job, said, status, ours(job, connections, now), now);
    }

    private static Job view(
            Job job, JobProgressed said, Job.Status status, List<Step> ours, @Nullable Instant completedAt) {
        List<Step> steps = new ArrayList<>(said.steps());
        steps.addAll(ours);
        return new Job(job.id(), job.orgId(), job.createdAt(), completedAt, said.spec(), status, List.copyOf(steps));
    }

    /**
     * Our steps, done in the transaction that ends the job. The webhook tells of a failure too.
     *
     * @param connections what becomes of the connections; null while the job runs
     */
    private static List<Step> ours(Job job, @Nullable StepStatus connections, Instant now) {
        return job.steps().stream()
                .filter(step -> JobOrder.KNOWN_STEPS.contains(step.name()))
                .map(step -> connections == null ? step : done(step, connections, now))
                .toList();
    }

    private static Step done(Step step, StepStatus connections, Instant now) {
        if (step.name().equals(JobOrder.SEND_WEBHOOK)) {
            return new Step(step.name(), StepStatus.COMPLETED, "", now, now);
        }
        return switch (connections) {
            case COMPLETED -> new Step(step.name(), StepStatus.COMPLETED, "", now, now);
            case FAILED -> new Step(step.name(), StepStatus.FAILED, "nobody said how the roles are reached", now, now);
            case SKIPPED, PENDING, RUNNING ->
                new Step(step.name(), StepStatus.SKIPPED, "the roles were not made", null, null);
        };
    }

    private static Job.Status unreachable(Job.Status said) {
        return new Job.Status(Phase.FAILED, "the provisioner did not say how the roles are reached", said.result());
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
