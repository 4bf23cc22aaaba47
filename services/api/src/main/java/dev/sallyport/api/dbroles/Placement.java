package dev.sallyport.api.dbroles;

import dev.sallyport.api.agents.Agent;
import dev.sallyport.api.agents.Agents;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes orders: each becomes a job, once, or is refused. */
@ApplicationScoped
class Placement {

    static final String SOURCE = "/sallyport/api";

    private final InstantSource clock;
    private final DeploymentConfig config;
    private final Transactions transactions;
    private final Agents agents;
    private final Connections connections;
    private final Outbox outbox;

    Placement(
            InstantSource clock,
            DeploymentConfig config,
            Transactions transactions,
            Agents agents,
            Connections connections,
            Outbox outbox) {
        this.clock = clock;
        this.config = config;
        this.transactions = transactions;
        this.agents = agents;
        this.connections = connections;
        this.outbox = outbox;
    }

    /** @param first what is done in the same transaction before the job is stored */
    record Placing(
            JobCommand command, AgentAway agentAway, Supplier<Uni<Void>> first, String requestedBy, CallKey key) {

        static Placing of(JobCommand command, AgentAway agentAway, CallKey key) {
            return new Placing(command, agentAway, () -> Uni.createFrom().voidItem(), requester(command), key);
        }

        private static String requester(JobCommand command) {
            return switch (command) {
                case ProvisionRequested provision -> provision.requestedBy();
                case DeprovisionRequested deprovision -> deprovision.requestedBy();
            };
        }
    }

    /** Who orders, as a job to come. */
    Commands.Ordering ordering(String requestedBy) {
        return new Commands.Ordering(JobId.next(clock), requestedBy, clock.instant());
    }

    /**
     * The new job, or the one that this caller placed under this key before. Blocks.
     *
     * @throws ProblemException when a rule says no
     */
    JobId place(Placing placing) {
        return before(placing.requestedBy(), placing.key()).orElseGet(() -> placeOnce(placing));
    }

    /**
     * The job that this caller placed under this key before. Blocks.
     *
     * @throws ProblemException 422 when that was another order
     */
    Optional<JobId> before(String requestedBy, CallKey key) {
        try {
            return transactions.call(() -> placedBefore(requestedBy, key));
        } catch (RefusedJob e) {
            throw e.problem();
        }
    }

    private JobId placeOnce(Placing placing) {
        try {
            return transactions.call(() -> placing.first().get().chain(done -> store(placing)));
        } catch (RefusedJob e) {
            throw e.problem();
        } catch (RuntimeException e) {
            String constraint = Constraints.violated(e).orElseThrow(() -> e);
            // The same call may have come twice at once: then the other one made the job.
            return before(placing.requestedBy(), placing.key())
                    .orElseThrow(() -> RefusedJob.ofConstraint(constraint)
                            .<RuntimeException>map(refusal -> new RefusedJob(refusal).problem())
                            .orElse(e));
        }
    }

    private static Uni<Optional<JobId>> placedBefore(String requestedBy, CallKey key) {
        if (key.key() == null) {
            return Uni.createFrom().item(Optional.empty());
        }
        return JobRow.<JobRow>find("requestedBy = ?1 and idempotencyKey = ?2", requestedBy, key.key())
                .firstResult()
                .map(row -> Optional.ofNullable(row).map(known -> {
                    if (!known.requestDigest.equals(key.digest())) {
                        throw new RefusedJob(new Refusal(
                                422, "idempotency_key_reused", "this Idempotency-Key came with another body before"));
                    }
                    return new JobId(known.id);
                }));
    }

    private Uni<JobId> store(Placing placing) {
        Instant now = clock.instant();
        JobCommand command = placing.command();
        return agents.find(command.agentId())
                .map(agent -> checked(agent, placing.agentAway()))
                .map(agent -> JobProgress.ordered(command, config.orgId(), waiting(agent), now))
                // The row first: its indexes make us wait for a job that is about to end, and its connections are seen
                // then.
                .call(job -> row(placing, job).persistAndFlush())
                .call(job -> checkPrefix(command))
                .call(job -> outbox.add(
                        commandEvent(command), Map.of("agent", command.agentId().value())))
                .call(job -> JobKind.of(command) == JobKind.PROVISION
                        ? outbox.add(Event.of(EventType.DBROLES_JOB_CREATED, SOURCE, job.id(), now, job))
                        : Uni.createFrom().voidItem())
                .map(Job::id);
    }

    private static Agent checked(Optional<Agent> found, AgentAway away) {
        Agent agent = found.filter(known -> known.kind().equals(Agent.PROVISIONER))
                .orElseThrow(() -> new RefusedJob(Refusal.badRequest(
                        "unknown_agent", "no agent is known as agent_id; GET /api/agents lists them")));
        if (agent.status() == Agent.Status.REVOKED) {
            throw new RefusedJob(Refusal.conflict(
                    "agent_offline", "the key of the agent " + agent.name() + " was revoked: it gets no jobs"));
        }
        if (!agent.online() && away == AgentAway.FAIL) {
            throw new RefusedJob(Refusal.conflict(
                    "agent_offline",
                    "the agent " + agent.name() + " was not heard of lately (" + lastSeen(agent)
                            + "); start it, or let the job wait with when_agent_offline"));
        }
        return agent;
    }

    /** What a job says before its agent begins. */
    private static String waiting(Agent agent) {
        return agent.online() ? "" : "waiting for agent " + agent.name() + ", " + lastSeen(agent);
    }

    private static String lastSeen(Agent agent) {
        Instant seen = agent.lastSeenAt();
        return seen == null ? "never seen" : "last seen " + EventJson.write(seen);
    }

    private Uni<Void> checkPrefix(JobCommand command) {
        return switch (command) {
            case DeprovisionRequested deprovision -> Uni.createFrom().voidItem();
            case ProvisionRequested provision ->
                connections
                        .belongsToAnother(provision.connectionPrefixName(), provision.instanceArn())
                        .invoke(another -> {
                            if (another) {
                                throw new RefusedJob(RefusedJob.PREFIX_IN_USE);
                            }
                        })
                        .replaceWithVoid();
        };
    }

    private static Event<?> commandEvent(JobCommand command) {
        return switch (command) {
            case ProvisionRequested provision ->
                Event.of(EventType.DBROLES_PROVISION, SOURCE, provision.jobId(), provision.requestedAt(), provision);
            case DeprovisionRequested deprovision ->
                Event.of(
                        EventType.DBROLES_DEPROVISION,
                        SOURCE,
                        deprovision.jobId(),
                        deprovision.requestedAt(),
                        deprovision);
        };
    }

    private static JobRow row(Placing placing, Job job) {
        JobCommand command = placing.command();
        JobRow row = new JobRow();
        row.id = job.id().value();
        row.orgId = job.orgId();
        row.agentId = command.agentId().value();
        row.instanceArn = command.instanceArn().toString();
        row.connectionPrefix = command instanceof ProvisionRequested order ? order.connectionPrefixName() : null;
        row.kind = JobKind.of(command).label();
        row.command = EventJson.write(commandEvent(command));
        row.requestedBy = placing.requestedBy();
        row.createdAt = job.createdAt();
        row.idempotencyKey = placing.key().key();
        row.requestDigest = placing.key().digest();
        row.show(job, 0);
        return row;
    }
}
