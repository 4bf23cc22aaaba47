package dev.sallyport.api.agents;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What the last heartbeat of an agent said. Written by {@link Agents#heard} only. */
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

    @Column(name = "started_at")
    Instant startedAt;

    @Column(name = "last_seen_at")
    Instant lastSeenAt;
}
