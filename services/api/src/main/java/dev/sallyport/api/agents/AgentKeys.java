package dev.sallyport.api.agents;

import dev.sallyport.kernel.AgentId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.Optional;

/** Registers agents by keys. Each method is part of the caller's transaction. */
@ApplicationScoped
class AgentKeys {

    private final Agents agents;
    private final InstantSource clock;

    AgentKeys(Agents agents, InstantSource clock) {
        this.agents = agents;
        this.clock = clock;
    }

    /** A registered agent, and its key for the only time. */
    record Registered(Agent agent, AgentKey key) {}

    /** A new agent that may say that it is {@code name}. */
    Uni<Registered> register(String name, String network, String by) {
        AgentKey key = AgentKey.next();
        AgentRow row = new AgentRow();
        row.id = AgentId.next(clock).value();
        row.kind = Agent.PROVISIONER;
        row.name = name;
        row.version = "";
        row.network = network;
        row.listeners = "[]";
        give(row, key, by);
        return row.<AgentRow>persist().map(kept -> new Registered(agents.toAgent(kept), key));
    }

    /** A new key for a known agent, revoked or not; the one before is good for nothing from now on. */
    Uni<Optional<Registered>> renew(AgentId id, String by) {
        AgentKey key = AgentKey.next();
        return locked(id)
                .map(found -> found.map(row -> {
                    give(row, key, by);
                    return new Registered(agents.toAgent(row), key);
                }));
    }

    /** Takes the key away; false when there is no such agent. Twice is once. */
    Uni<Boolean> revoke(AgentId id, String by) {
        return locked(id).map(found -> {
            found.filter(row -> row.revokedAt == null).ifPresent(row -> {
                row.keyDigest = null;
                row.revokedBy = by;
                row.revokedAt = clock.instant();
            });
            return found.isPresent();
        });
    }

    /** Whose key that is; empty when it is nobody's, or nobody's any more. */
    Uni<Optional<Agent>> owner(AgentKey key) {
        return AgentRow.<AgentRow>find("keyDigest", key.digest())
                .firstResult()
                .map(row -> Optional.ofNullable(row).map(agents::toAgent));
    }

    private void give(AgentRow row, AgentKey key, String by) {
        row.keyDigest = key.digest();
        row.registeredBy = by;
        row.registeredAt = clock.instant();
        row.revokedBy = null;
        row.revokedAt = null;
    }

    private static Uni<Optional<AgentRow>> locked(AgentId id) {
        return AgentRow.<AgentRow>findById(id.value(), LockModeType.PESSIMISTIC_WRITE)
                .map(Optional::ofNullable);
    }
}
