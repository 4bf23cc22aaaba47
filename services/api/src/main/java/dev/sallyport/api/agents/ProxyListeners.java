package dev.sallyport.api.agents;

import dev.sallyport.contracts.agents.AgentHeartbeat.Listener;
import dev.sallyport.kernel.Engine;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** Where clients find a db-proxy now. Part of the caller's transaction. */
@ApplicationScoped
public class ProxyListeners {

    /** The deployment of the db-proxies that say none: those outside of ECS. */
    public static final String DEFAULT_PROXY = "default";

    private final Agents agents;

    ProxyListeners(Agents agents) {
        this.agents = agents;
    }

    /** Where the db-proxies of a deployment take tunnels, the youngest first. */
    public Uni<List<TunnelListener>> tunnels(String proxyId) {
        return agents.tunnels(proxyId);
    }

    /** A listener that speaks the engine's protocol; empty when no db-proxy with one is online. */
    public Uni<Optional<Listener>> forEngine(Engine engine) {
        String protocol = switch (engine) {
            case POSTGRES -> "postgres";
            case MYSQL, MARIADB -> "mysql";
            case SQLSERVER -> "sqlserver";
        };
        return agents.proxiesOnline()
                .map(proxies -> proxies.stream()
                        .flatMap(proxy -> proxy.listeners().stream())
                        .filter(listener -> listener.protocol().equals(protocol))
                        .findFirst());
    }
}
