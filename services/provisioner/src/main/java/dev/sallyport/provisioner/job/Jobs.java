package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.EventId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.outbox.Inbox;
import dev.sallyport.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The jobs in the database. Each change is stored with what is said about it, in one transaction. */
@ApplicationScoped
class Jobs {

    private static final String SOURCE = "/sallyport/provisioner";

    private final Inbox inbox;
    private final Outbox outbox;
    private final InstantSource clock;

    Jobs(Inbox inbox, Outbox outbox, InstantSource clock) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * A job that may be worked on.
     *
     * @param cluster that it acts on; empty while nobody knows, and where there is none
     */
    record Due(JobId id, RdsArn instance, Optional<String> cluster) {}

    /** Another runner wrote since this one read: it has lost the instance's lock and must stop. */
    static final class Overtaken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Overtaken(JobId id) {
            super("another runner works on " + id);
        }
    }

    /** Stores a new job; false when the command, or its job, is known already. */
    Uni<Boolean> accept(Event<?> event, JobCommand command) {
        Instant now = clock.instant();
        return Panache.withTransaction(() -> inbox.firstSight(event.id()).chain(first -> {
            if (!first) {
                return Uni.createFrom().item(false);
            }
            return JobEntity.<JobEntity>findById(command.jobId().value())
                    .chain(known -> known == null
                            ? insert(event, command, now).replaceWith(true)
                            : Uni.createFrom().item(false));
        }));
    }

    private Uni<Void> insert(Event<?> event, JobCommand command, Instant now) {
        DbRolesJob job = DbRolesJob.begin(command, now);
        JobEntity row = JobEntity.of(job, event, now);
        Event<JobProgressed> said = said(job, now);
        row.write(job, said, now);
        return row.persist().chain(() -> outbox.add(said));
    }

    /** Notes that somebody wants a job ended; false when that is known, or there is no such job under way. */
    Uni<Boolean> cancel(EventId event, JobCancelled command) {
        return Panache.withTransaction(() -> inbox.firstSight(event).chain(first -> {
            if (!first) {
                return Uni.createFrom().item(false);
            }
            return JobEntity.update(
                            "cancelledBy = ?1 where id = ?2 and state in ('waiting', 'running') and cancelledBy is null",
                            command.requestedBy(),
                            command.jobId().value())
                    .map(changed -> changed > 0);
        }));
    }

    /** Who wants the job ended; empty when nobody does. Blocks. */
    Optional<String> cancelledBy(JobId id) {
        return call(() -> JobEntity.<JobEntity>findById(id.value())
                .map(row -> Optional.ofNullable(row).flatMap(found -> Optional.ofNullable(found.cancelledBy))));
    }

    /** Notes which cluster a job acts on. Blocks. */
    void actsOn(JobId id, String clusterArn) {
        call(() -> JobEntity.update("clusterArn = ?1 where id = ?2", clusterArn, id.value()));
    }

    /** Lets a waiting job wait on, with nothing new to say. Blocks. */
    void later(JobId id, Duration pause) {
        Instant until = clock.instant().plus(pause);
        call(() -> JobEntity.update("notBefore = ?1 where id = ?2 and state = 'waiting'", until, id.value()));
    }

    /** The unfinished jobs of {@code agent} that are due, the oldest first. Blocks. */
    List<Due> due(AgentId agent, int limit) {
        Instant now = clock.instant();
        return call(() -> JobEntity.<JobEntity>find(
                        "agentId = ?1 and state in ('waiting', 'running') "
                                + "and (notBefore <= ?2 or cancelledBy is not null) order by createdAt",
                        agent.value(),
                        now)
                .page(0, limit)
                .list()
                .map(rows -> rows.stream()
                        .map(row -> new Due(
                                new JobId(row.id), RdsArn.parse(row.instanceArn), Optional.ofNullable(row.clusterArn)))
                        .toList()));
    }

    /** Blocks. */
    Optional<DbRolesJob> find(JobId id) {
        return call(() -> JobEntity.<JobEntity>findById(id.value())
                .map(row -> Optional.ofNullable(row).map(JobEntity::read)));
    }

    /**
     * Stores what became of {@code before} and says so. Blocks.
     *
     * @throws Overtaken when what is stored is not {@code before}
     */
    void store(DbRolesJob before, DbRolesJob after) {
        Instant now = clock.instant();
        Event<JobProgressed> said = said(after, now);
        call(() -> JobEntity.<JobEntity>findById(before.id().value(), LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> {
                    if (row == null || row.revision != before.view().revision()) {
                        return Uni.createFrom().<Void>failure(new Overtaken(before.id()));
                    }
                    row.write(after, said, now);
                    return outbox.add(said);
                }));
    }

    private static Event<JobProgressed> said(DbRolesJob job, Instant now) {
        return Event.of(EventType.DBROLES_PROGRESSED, SOURCE, job.id(), now, job.view());
    }

    private static <T> T call(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> Panache.withTransaction(work));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a transaction failed", e);
        }
    }
}
