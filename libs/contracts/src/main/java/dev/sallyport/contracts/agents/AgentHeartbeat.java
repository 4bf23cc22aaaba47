package dev.sallyport.contracts.agents;

import dev.sallyport.kernel.AgentId;
import java.time.Instant;
import java.util.List;

/**
 * An agent is alive. Sent every few seconds; one that is silent for three intervals counts as offline.
 *
 * @param kind {@code provisioner} or {@code db-proxy}
 * @param name what people call it
 * @param network the private network that it reaches, for people
 * @param listeners where clients reach a db-proxy; empty for a provisioner
 */
public record AgentHeartbeat(
        AgentId agentId,
        String kind,
        String name,
        String version,
        Instant startedAt,
        String network,
        List<Listener> listeners) {

    /** @param protocol {@code postgres} or {@code mysql} */
    public record Listener(String protocol, String host, int port) {}
}
