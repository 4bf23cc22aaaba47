package dev.sallyport.api.access;

import dev.sallyport.contracts.grants.GrantProgressed;
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

/** A grant's row: the newest word of the broker, and what the api began since. */
@Entity(name = "AccessGrant")
@Table(name = "access_grant")
@SuppressWarnings("NullAway.Init")
class GrantRow extends PanacheEntityBase {

    @Id
    String id;

    @Column(name = "request_id")
    String requestId;

    @Column(name = "grantee_subject")
    String granteeSubject;

    @Column(name = "grantee_name")
    String granteeName;

    @Column(name = "grantee_email")
    String granteeEmail;

    String target;
    String role;
    String engine;

    @Enumerated(EnumType.STRING)
    GrantStatus status;

    String message = "";

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "activated_at")
    @Nullable Instant activatedAt;

    @Column(name = "expires_at")
    @Nullable Instant expiresAt;

    @Column(name = "closed_at")
    @Nullable Instant closedAt;

    @Column(name = "close_reason")
    @Nullable String closeReason;

    @Column(name = "closed_by")
    @Nullable String closedBy;

    long revision;

    @Column(name = "secret_version")
    int secretVersion;

    @Column(name = "credentials_version")
    int credentialsVersion;

    @Version
    int version;

    Grantee grantee() {
        return new Grantee(granteeSubject, granteeName, granteeEmail);
    }

    /** Progress comes late and twice: the highest revision counts. */
    void told(GrantProgressed progress) {
        if (progress.revision() <= revision) {
            return;
        }
        revision = progress.revision();
        status = status.told(progress.phase());
        message = progress.message();
        activatedAt = progress.activatedAt();
        expiresAt = progress.expiresAt();
        closedAt = progress.closedAt();
        closeReason = progress.closeReason() == null ? closeReason : progress.closeReason();
        closedBy = progress.closedBy() == null ? closedBy : progress.closedBy();
        credentialsVersion = Math.max(credentialsVersion, progress.credentialsVersion());
    }
}
