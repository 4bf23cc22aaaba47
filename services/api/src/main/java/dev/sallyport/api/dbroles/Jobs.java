package dev.sallyport.api.dbroles;

import dev.sallyport.api.agents.Agent;
import dev.sallyport.api.agents.Agents;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import dev.sallyport.outbox.Inbox;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The jobs. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Jobs {

    static final String SOURCE = "/sallyport/api";

    private final InstantSource clock;
    private final DeploymentConfig config;
    private final Agents agents;
    private final Connections connections;
    private final Outbox outbox;
    private final Inbox inbox;

    Jobs(
            InstantSource clock,
            DeploymentConfig config,
            Agents agents,
            Connections connections,
            Outbox outbox,
            Inbox inbox) {
        this.clock = clock;
        this.config = config;
        this.agents = agents;
        this.connections = connections;
        this.outbox = outbox;
        this.inbox = inbox;
    }

    /**
     * @param requestedBy the subject of the caller
     * @param idempotencyKey the caller's own; null for none
     * @param digest of the body, to tell a repetition from another order under the same key
     */
    record Placing(
            JobOrder order, String requestedBy, @Nullable String idempotencyKey, String digest) {}

    /** The job that this caller placed under this key before; refused when its body was another. */
    Uni<Optional<JobId>> placedBefore(Placing placing) {
        if (placing.idempotencyKey() == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return JobRow.<JobRow>find(
                        "requestedBy = ?1 and idempotencyKey = ?2", placing.requestedBy(), placing.idempotencyKey())
                .firstResult()
                .map(row -> Optional.ofNullable(row).map(known -> {
                    if (!known.requestDigest.equals(placing.digest())) {
                        throw new RefusedJob(new Refusal(
                                422, "idempotency_key_reused", "this Idempotency-Key came with another body before"));
                    }
                    return new JobId(known.id);
                }));
    }

    /** Stores the job and tells the provisioner, or fails with {@link RefusedJob}. */
    Uni<JobId> place(Placing placing) {
        JobOrder order = placing.order();
        Instant now = clock.instant();
        Job job = JobProgress.ordered(JobId.next(clock), config.orgId(), order, now);
        return agents.find(order.agentId())
                .invoke(Jobs::checkAgent)
                // The row first: its indexes make us wait for a job that is about to end, and its connections are seen
                // then.
                .chain(agent -> row(placing, job).persistAndFlush())
                .chain(row -> connections.belongsToAnother(order.prefix(), order.instance()))
                .invoke(Jobs::checkPrefix)
                .chain(free -> outbox.add(
                        Event.of(EventType.DBROLES_PROVISION, SOURCE, job.id(), now, command(placing, job, now)),
                        Map.of("agent", order.agentId().value())))
                .chain(sent -> outbox.add(Event.of(EventType.DBROLES_JOB_CREATED, SOURCE, job.id(), now, job)))
                .replaceWith(job.id());
    }

    Uni<Optional<Job>> find(JobId id) {
        return JobRow.<JobRow>findById(id.value())
                .map(row -> Optional.ofNullable(row).map(JobRow::job));
    }

    /** The youngest first. */
    public Uni<Page<Job>> page(PageQuery query) {
        // Behind every id there is: '~' follows all letters.
        return JobRow.<JobRow>find("id < ?1 order by id desc", query.after().orElse("~"))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.id, JobRow::job));
    }

    /** Takes note of a provisioner's view; the same event twice, or an older view, changes nothing. */
    Uni<Void> progressed(Event<JobProgressed> event) {
        return inbox.firstSight(event.id())
                .chain(first -> first ? apply(event.data()) : Uni.createFrom().voidItem());
    }

    private Uni<Void> apply(JobProgressed said) {
        return JobRow.<JobRow>findById(said.jobId().value(), LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> new UnknownJob(said.jobId()))
                .chain(row -> switch (JobProgress.decide(row.job(), row.revision, said, clock.instant())) {
                    case JobProgress.Ignored ignored -> Uni.createFrom().voidItem();
                    case JobProgress.Running running -> {
                        row.show(running.job(), said.revision());
                        yield Uni.createFrom().voidItem();
                    }
                    case JobProgress.Failed failed -> finish(row, failed.job(), said);
                    case JobProgress.Completed completed ->
                        (completed.connections()
                                        ? connections.put(MadeConnections.of(
                                                row, completed.job(), completed.provisioned(), clock))
                                        : Uni.createFrom().voidItem())
                                .chain(made -> finish(row, completed.job(), said));
                });
    }

    private Uni<Void> finish(JobRow row, Job job, JobProgressed said) {
        row.show(job, said.revision());
        return outbox.add(Event.of(EventType.DBROLES_JOB_FINISHED, SOURCE, job.id(), clock.instant(), job));
    }

    private static void checkAgent(Optional<Agent> agent) {
        if (agent.isEmpty() || !agent.get().kind().equals(Agent.PROVISIONER)) {
            throw new RefusedJob(
                    Refusal.badRequest("unknown_agent", "no agent is known as agent_id; GET /api/agents lists them"));
        }
        if (!agent.get().online()) {
            throw new RefusedJob(Refusal.conflict("agent_offline", "the agent was not heard of lately; start it"));
        }
    }

    private static void checkPrefix(boolean belongsToAnother) {
        if (belongsToAnother) {
            throw new RefusedJob(RefusedJob.PREFIX_IN_USE);
        }
    }

    private JobRow row(Placing placing, Job job) {
        JobRow row = new JobRow();
        row.id = job.id().value();
        row.orgId = job.orgId();
        row.agentId = placing.order().agentId().value();
        row.instanceArn = placing.order().instance().toString();
        row.connectionPrefix = placing.order().prefix();
        row.requestedBy = placing.requestedBy();
        row.createdAt = job.createdAt();
        row.idempotencyKey = placing.idempotencyKey();
        row.requestDigest = placing.digest();
        row.show(job, 0);
        return row;
    }

    private ProvisionRequested command(Placing placing, Job job, Instant now) {
        JobOrder order = placing.order();
        return new ProvisionRequested(
                job.id(),
                job.orgId(),
                order.agentId(),
                order.prefix(),
                order.steps(),
                order.vaultSecretId().map(ProvisionRequested.VaultProvider::new).orElse(null),
                order.instance(),
                order.ingressCidr()
                        .map(cidr -> new ProvisionRequested.Network(cidr.text(), config.gateway()))
                        .orElse(null),
                null,
                false,
                null,
                placing.requestedBy(),
                now);
    }
}
