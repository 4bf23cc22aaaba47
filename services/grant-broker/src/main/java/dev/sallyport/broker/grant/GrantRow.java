package dev.sallyport.broker.grant;

import dev.sallyport.broker.Json;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.GrantId;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A grant's row. It changes only under its own lock and by a {@link Decision}. */
@Entity
@Table(name = "grants")
@SuppressWarnings("NullAway.Init")
class GrantRow {

    @Id
    String id;

    long revision;

    @Enumerated(EnumType.STRING)
    Phase phase;

    String message = "";

    /** A {@link GrantActivate}; null for a grant that was closed before anybody activated it. */
    @Nullable String terms;

    /** {@link LoginVerifiers}; null until a secret was asked for. */
    @Nullable String verifiers;

    @Column(name = "credentials_version")
    int credentialsVersion;

    /** How often it was extended. */
    int extensions;

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

    GrantId grantId() {
        return new GrantId(id);
    }

    Counted heard() {
        return new Counted(credentialsVersion, extensions);
    }

    GrantActivate activation() {
        return Json.read(Objects.requireNonNull(terms, "a grant without terms"), GrantActivate.class);
    }

    Life life() {
        return switch (phase) {
            case ACTIVATING -> new Life.Activating(activation().duration());
            case ACTIVE -> active();
            case CLOSING -> new Life.Closing(lived(), ending());
            case CLOSED -> new Life.Closed(lived(), ending(), Objects.requireNonNull(closedAt));
            case FAILED -> new Life.Failed(message);
        };
    }

    void become(Life next) {
        phase = next.phase();
        message = "";
        switch (next) {
            case Life.Active active -> {
                activatedAt = active.activatedAt();
                expiresAt = active.expiresAt();
            }
            case Life.Closing closing -> end(closing.ending());
            case Life.Closed closed -> {
                end(closed.ending());
                closedAt = closed.closedAt();
            }
            case Life.Failed failed -> message = failed.message();
            case Life.Activating activating -> {}
            case Life.None none -> {}
        }
        revision++;
    }

    GrantProgressed progress() {
        Optional<GrantActivate> order = terms == null ? Optional.empty() : Optional.of(activation());
        return new GrantProgressed(
                grantId(),
                order.map(GrantActivate::requestId).orElse(null),
                order.map(GrantActivate::grantee).orElse(null),
                order.map(open -> open.target().databaseId()).orElse(null),
                order.map(open -> open.target().role()).orElse(null),
                revision,
                phase,
                message,
                activatedAt,
                expiresAt,
                closedAt,
                closeReason,
                closedBy,
                phase == Phase.ACTIVE ? credentialsVersion : 0);
    }

    GrantState state() {
        GrantActivate open = activation();
        Life.Active active = active();
        return new GrantState(
                grantId(),
                open.requestId(),
                open.grantee(),
                open.target(),
                id,
                verifiers == null ? null : Json.read(verifiers, LoginVerifiers.class),
                active.activatedAt(),
                active.expiresAt());
    }

    private Life.Active active() {
        return new Life.Active(Objects.requireNonNull(activatedAt), Objects.requireNonNull(expiresAt));
    }

    private Life.@Nullable Active lived() {
        return activatedAt == null ? null : active();
    }

    private Life.Ending ending() {
        return new Life.Ending(Objects.requireNonNull(closeReason), closedBy);
    }

    private void end(Life.Ending ending) {
        closeReason = ending.reason();
        closedBy = ending.by();
    }
}
