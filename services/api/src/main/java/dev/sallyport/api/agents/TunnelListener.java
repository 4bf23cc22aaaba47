package dev.sallyport.api.agents;

import dev.sallyport.contracts.agents.AgentHeartbeat.Task;
import java.util.Optional;

/**
 * Where a db-proxy takes tunnels.
 *
 * @param plain whether it speaks no TLS, on the loopback of its task: for Session Manager
 * @param task the ECS task that it is; empty elsewhere
 */
public record TunnelListener(String host, int port, boolean plain, Optional<Task> task) {}
