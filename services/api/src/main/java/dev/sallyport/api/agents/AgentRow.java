package dev.sallyport.api.agents;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the last heartbeat of an agent said, by {@link Agents#heard}, and its key, by {@link AgentKeys}. */
@Entity(name = "Agent")
@Table(name = "agent")
class AgentRow extends PanacheEntityBase {

    @Id
    String id;

    String kind;
    String name;
    String version;
    String network;
    String listeners;

    @Nullable String task;

    @Column(name = "started_at")
    @Nullable Instant startedAt;

    @Column(name = "last_seen_at")
    @Nullable Instant lastSeenAt;

    @Column(name = "key_digest")
    @Nullable String keyDigest;

    @Column(name = "registered_by")
    @Nullable String registeredBy;

    @Column(name = "registered_at")
    @Nullable Instant registeredAt;

    @Column(name = "revoked_by")
    @Nullable String revokedBy;

    @Column(name = "revoked_at")
    @Nullable Instant revokedAt;
}
