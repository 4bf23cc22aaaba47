package dev.sallyport.api.dbroles;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.AgentId;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

@Entity(name = "Job")
@Table(name = "job")
class JobRow extends PanacheEntityBase {

    @Id
    String id;

    @Column(name = "org_id")
    String orgId;

    @Column(name = "agent_id")
    String agentId;

    @Column(name = "instance_arn")
    String instanceArn;

    /** Null for a deprovisioning. */
    @Column(name = "connection_prefix")
    @Nullable String connectionPrefix;

    String kind;

    @Column(name = "requested_by")
    String requestedBy;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "completed_at")
    @Nullable Instant completedAt;

    String phase;
    long revision;
    String view;

    @Column(name = "idempotency_key")
    @Nullable String idempotencyKey;

    @Column(name = "request_digest")
    String requestDigest;

    /** The event with the command, as it was sent; null for jobs of before there was this column. */
    @Nullable String command;

    @Nullable String plan;

    JobKind kind() {
        return JobKind.labelled(kind).orElseThrow(() -> new IllegalStateException("job " + id + " is of no kind"));
    }

    AgentId agent() {
        return new AgentId(agentId);
    }

    Optional<JobCommand> command() {
        return Optional.ofNullable(command)
                .map(json -> (JobCommand) EventJson.read(json).data());
    }

    Optional<JobPlan> plan() {
        return Optional.ofNullable(plan).map(json -> StoredJson.read(json, new TypeReference<JobPlan>() {}));
    }

    /**
     * What a retry orders again.
     *
     * @throws ProblemException 409 unless it failed, and its order is known
     */
    JobCommand retriable() {
        if (job().status().phase() != Job.Phase.FAILED) {
            throw ProblemException.conflict(
                    "job_not_failed", "only a job that failed is ordered again; it is " + phase);
        }
        return ordered();
    }

    /** @throws ProblemException 409 for a job of before orders were kept */
    JobCommand ordered() {
        return command()
                .orElseThrow(() -> ProblemException.conflict(
                        "order_unknown", "the order of this job was not kept: order it with POST /api/dbroles/jobs"));
    }

    void keep(JobPlan made) {
        plan = StoredJson.write(made);
    }

    Job job() {
        return StoredJson.read(view, new TypeReference<Job>() {});
    }

    void show(Job job, long shownRevision) {
        view = StoredJson.write(job);
        phase = job.status().phase().label();
        completedAt = job.completedAt();
        revision = shownRevision;
    }
}
