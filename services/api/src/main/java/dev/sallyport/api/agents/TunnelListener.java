package dev.sallyport.api.agents;

import dev.sallyport.contracts.agents.AgentHeartbeat.Task;
import java.util.Optional;

/**
 * Where a db-proxy takes tunnels.
 *
 * @param task the ECS task that it is; empty elsewhere
 */
public record TunnelListener(String host, int port, Optional<Task> task) {}
