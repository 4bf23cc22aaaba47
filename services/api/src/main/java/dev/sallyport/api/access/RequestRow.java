package dev.sallyport.api.access;

import dev.sallyport.contracts.grants.Grantee;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request's row. */
@Entity(name = "AccessRequest")
@Table(name = "access_request")
@SuppressWarnings("NullAway.Init")
class RequestRow extends PanacheEntityBase {

    @Id
    String id;

    @Column(name = "requester_subject")
    String requesterSubject;

    @Column(name = "requester_name")
    String requesterName;

    @Column(name = "requester_email")
    String requesterEmail;

    String target;
    String role;
    String reason;
    String ticket = "";
    boolean breakglass;

    @Column(name = "duration_seconds")
    long durationSeconds;

    @Enumerated(EnumType.STRING)
    RequestStatus status;

    /** JSON of the workflow as it was; null for requests of before there were workflows. */
    @Nullable String terms;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "expires_at")
    @Nullable Instant expiresAt;

    @Column(name = "decided_at")
    @Nullable Instant decidedAt;

    @Column(name = "decided_by")
    @Nullable String decidedBy;

    @Nullable String comment;

    @Column(name = "grant_id")
    @Nullable String grantId;

    @Version
    int version;

    Grantee requester() {
        return new Grantee(requesterSubject, requesterName, requesterEmail);
    }

    RequestStatus.Decision decide(RequestStatus.Command command, Instant now) {
        return status.decide(command, expiresAt, now);
    }

    void become(RequestStatus next, Instant now, @Nullable String by, String said) {
        status = next;
        decidedAt = now;
        decidedBy = by;
        comment = said;
    }
}
