package dev.sallyport.api.access;

import dev.sallyport.api.rules.Terms;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A grant's row: the newest word of the broker, and what the api began since. */
@Entity(name = "AccessGrant")
@Table(name = "access_grant")
@SuppressWarnings("NullAway.Init")
class GrantRow extends PanacheEntityBase {

    /** Of a grant that nobody activated in time. The broker, where it knows the grant, calls it closed. */
    static final String NOT_ACTIVATED = "not_activated";

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

    /** JSON of the workflow as it was; null for grants of before there were workflows. */
    @Nullable String terms;

    boolean breakglass;

    /** {@code ssm} or {@code direct}; means something from the activation on. */
    String transport = GrantActivate.DIRECT;

    @Column(name = "duration_seconds")
    long durationSeconds;

    /** Until when it has to be activated. */
    @Column(name = "activate_by")
    @Nullable Instant activateBy;

    /** How often the broker was told to activate it. */
    int attempts;

    /** Whether the last of them came to nothing. */
    boolean failed;

    int extensions;

    /** Its end as we ordered it, which the broker confirms. */
    @Column(name = "extended_until")
    @Nullable Instant extendedUntil;

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

    GrantLife life(Terms terms) {
        return new GrantLife(status, attempts > 0, activateBy, ends().orElse(null), extensions, terms.rules());
    }

    /** When it expires, as the broker said or as we ordered since. */
    Optional<Instant> ends() {
        return extendedUntil != null && expiresAt != null && extendedUntil.isAfter(expiresAt)
                ? Optional.of(extendedUntil)
                : Optional.ofNullable(expiresAt);
    }

    /** Progress comes late and twice: the highest revision counts. */
    void told(GrantProgressed progress, GrantLife life, Instant now) {
        if (progress.revision() <= revision) {
            return;
        }
        revision = progress.revision();
        if (life.decide(new GrantLife.Command.Told(progress.phase()), now)
                instanceof GrantLife.Decision.Become become) {
            status = become.next();
        }
        failed = progress.phase() == Phase.FAILED;
        message = progress.message();
        activatedAt = progress.activatedAt();
        expiresAt = progress.expiresAt();
        closedAt = progress.closedAt();
        if (progress.closeReason() != null && !NOT_ACTIVATED.equals(closeReason)) {
            closeReason = progress.closeReason();
            closedBy = progress.closedBy();
        }
        credentialsVersion = Math.max(credentialsVersion, progress.credentialsVersion());
    }
}
