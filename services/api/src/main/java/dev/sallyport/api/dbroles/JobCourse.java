package dev.sallyport.api.dbroles;

import dev.sallyport.api.access.Grants;
import dev.sallyport.api.agents.Agent;
import dev.sallyport.api.agents.Agents;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.outbox.Inbox;
import dev.sallyport.outbox.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** What becomes of jobs once they are placed. Each method is part of the caller's transaction. */
@ApplicationScoped
class JobCourse {

    private final InstantSource clock;
    private final Agents agents;
    private final Connections connections;
    private final Grants grants;
    private final Outbox outbox;
    private final Inbox inbox;
    private final MeterRegistry meters;

    JobCourse(
            InstantSource clock,
            Agents agents,
            Connections connections,
            Grants grants,
            Outbox outbox,
            Inbox inbox,
            MeterRegistry meters) {
        this.clock = clock;
        this.agents = agents;
        this.connections = connections;
        this.grants = grants;
        this.outbox = outbox;
        this.inbox = inbox;
        this.meters = meters;
    }

    /** Takes note of a provisioner's view; the same event twice, or an older view, changes nothing. */
    Uni<Void> progressed(Event<JobProgressed> event) {
        return inbox.firstSight(event.id())
                .chain(first -> first ? apply(event.data()) : Uni.createFrom().voidItem());
    }

    /**
     * Asks the job's agent to end it. One that the agent cannot have begun, or that has no agent any more, is ended here.
     * Empty when there is no such job; fails with {@link RefusedJob} when it has ended.
     */
    Uni<Optional<Job>> cancel(JobId id, String by) {
        return JobRow.<JobRow>findById(id.value(), LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> row == null
                        ? Uni.createFrom().item(Optional.<Job>empty())
                        : cancel(row, by).map(Optional::of));
    }

    private Uni<Job> cancel(JobRow row, String by) {
        if (row.completedAt != null) {
            throw new RefusedJob(Refusal.conflict("job_ended", "the job has ended: it is " + row.phase));
        }
        Instant now = clock.instant();
        JobId id = new JobId(row.id);
        return outbox.add(
                        Event.of(EventType.DBROLES_CANCEL, Placement.SOURCE, id, now, new JobCancelled(id, by, now)),
                        Map.of("agent", row.agentId))
                .chain(sent -> agents.find(row.agent()))
                .chain(agent -> abandoned(row, agent)
                        ? finish(row, JobProgress.cancelled(row.job(), by, now), row.revision)
                        : asked(row, by))
                .map(done -> row.job());
    }

    private static boolean abandoned(JobRow row, Optional<Agent> agent) {
        boolean gone = agent.isEmpty() || agent.get().status() == Agent.Status.REVOKED;
        return gone || row.revision == 0 && !agent.get().online();
    }

    private static Uni<Void> asked(JobRow row, String by) {
        row.show(
                JobProgress.saying(
                        row.job(), "to be cancelled, as " + by + " asked, behind the step that is under way"),
                row.revision);
        return Uni.createFrom().voidItem();
    }

    private Uni<Void> apply(JobProgressed said) {
        return JobRow.<JobRow>findById(said.jobId().value(), LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> new UnknownJob(said.jobId()))
                .chain(row -> become(row, JobProgress.decide(row.job(), row.revision, said, clock.instant()), said));
    }

    private Uni<Void> become(JobRow row, JobProgress progress, JobProgressed said) {
        return switch (progress) {
            case JobProgress.Ignored ignored -> Uni.createFrom().voidItem();
            case JobProgress.Running running -> run(row, running.job(), said.revision());
            case JobProgress.Failed failed -> finish(row, failed.job(), said.revision());
            case JobProgress.Completed completed ->
                connect(row, completed).chain(made -> finish(row, completed.job(), said.revision()));
            case JobProgress.Planned planned -> {
                row.keep(planned.plan());
                yield finish(row, planned.job(), said.revision());
            }
            case JobProgress.Removed removed -> remove(row).chain(gone -> finish(row, removed.job(), said.revision()));
        };
    }

    private Uni<Void> run(JobRow row, Job job, long revision) {
        row.show(job, revision);
        return row.kind() == JobKind.PROVISION
                ? outbox.add(
                        Event.of(EventType.DBROLES_JOB_PROGRESSED, Placement.SOURCE, job.id(), clock.instant(), job))
                : Uni.createFrom().voidItem();
    }

    private Uni<Void> connect(JobRow row, JobProgress.Completed completed) {
        return completed.connections()
                ? connections.put(MadeConnections.of(row, completed.job(), completed.provisioned(), clock))
                : Uni.createFrom().voidItem();
    }

    /** A grant that was made while the roles went leads nowhere any more. */
    private Uni<Void> remove(JobRow row) {
        RdsArn instance = RdsArn.parse(row.instanceArn);
        return grants.revokeAllIn(instance, row.requestedBy).chain(revoked -> connections.removeAll(instance));
    }

    private Uni<Void> finish(JobRow row, Job job, long revision) {
        row.show(job, revision);
        meters.counter("sallyport.dbroles.jobs", "kind", row.kind, "phase", row.phase)
                .increment();
        return switch (row.kind()) {
            case PROVISION -> tell(EventType.DBROLES_JOB_FINISHED, job);
            case PLAN -> Uni.createFrom().voidItem();
            case DEPROVISION -> tell(EventType.DBROLES_DEPROVISION_FINISHED, job);
        };
    }

    private Uni<Void> tell(EventType<Job> type, Job job) {
        return outbox.add(Event.of(type, Placement.SOURCE, job.id(), clock.instant(), job));
    }
}
