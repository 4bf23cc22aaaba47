package dev.sallyport.contracts.agents;

import dev.sallyport.kernel.AgentId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An agent is alive. Sent every few seconds; one that is silent for three intervals counts as offline.
 *
 * @param kind {@code provisioner} or {@code db-proxy}
 * @param name what people call it
 * @param network the private network that it reaches, for people
 * @param listeners where clients reach a db-proxy; empty for a provisioner
 * @param task the ECS task that a db-proxy runs as; null elsewhere
 */
public record AgentHeartbeat(
        AgentId agentId,
        String kind,
        String name,
        String version,
        Instant startedAt,
        String network,
        List<Listener> listeners,
        @Nullable Task task) {

    /**
     * @param protocol {@code postgres}, {@code mysql}, {@code tunnel}, or {@code tunnel-plain}: on the task's loopback, for Session
     *     Manager
     */
    public record Listener(String protocol, String host, int port) {}

    /**
     * A task in ECS. Systems Manager calls it {@code ecs:<cluster>_<task id>_<runtime id>}.
     *
     * @param proxyId the deployment that it belongs to
     * @param runtimeId of its container
     */
    public record Task(
            String proxyId, String accountId, String region, String cluster, String taskId, String runtimeId) {}
}
