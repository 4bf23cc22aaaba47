package dev.sallyport.api.dbroles;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.contracts.dbroles.Job;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
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

    @Column(name = "connection_prefix")
    String connectionPrefix;

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
