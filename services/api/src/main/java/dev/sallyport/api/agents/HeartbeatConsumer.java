package dev.sallyport.api.agents;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.outbox.Outage;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Listens for heartbeats. One that cannot be read goes to the dead letters. */
@ApplicationScoped
class HeartbeatConsumer {

    private final Agents agents;
    private final Outage outage;

    HeartbeatConsumer(Agents agents, Outage outage) {
        this.agents = agents;
        this.outage = outage;
    }

    @Incoming("agents-heartbeats")
    Uni<Void> consume(String json) {
        Event<AgentHeartbeat> heartbeat = EventJson.read(EventType.AGENT_HEARTBEAT, json);
        return outage.ridingOut(() -> Panache.withTransaction(() -> agents.heard(heartbeat)));
    }
}
