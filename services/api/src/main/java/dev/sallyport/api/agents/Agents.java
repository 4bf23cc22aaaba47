package dev.sallyport.api.agents;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.agents.AgentHeartbeat.Listener;
import dev.sallyport.contracts.agents.AgentHeartbeat.Task;
import dev.sallyport.kernel.AgentId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The agents that were ever heard of. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Agents {

    /** Heartbeats come late and twice: the youngest counts. */
    private static final String UPSERT = """
            INSERT INTO agent (id, kind, name, version, network, listeners, task, started_at, last_seen_at)
            VALUES (:id, :kind, :name, :version, :network, :listeners, :task, :startedAt, :seenAt)
            ON CONFLICT (id) DO UPDATE SET
                kind = excluded.kind, name = excluded.name, version = excluded.version, network = excluded.network,
                listeners = excluded.listeners, task = excluded.task, started_at = excluded.started_at, last_seen_at = excluded.last_seen_at
            WHERE agent.revoked_at IS NULL
                AND (agent.last_seen_at IS NULL OR agent.last_seen_at < excluded.last_seen_at)
            """;

    /** The same for agents that have to be registered. */
    private static final String UPDATE = """
            UPDATE agent SET
                kind = :kind, name = :name, version = :version, network = :network,
                listeners = :listeners, task = :task, started_at = :startedAt, last_seen_at = :seenAt
            WHERE id = :id AND key_digest IS NOT NULL AND (last_seen_at IS NULL OR last_seen_at < :seenAt)
            """;

    private final InstantSource clock;
    private final AgentsConfig config;
    private final boolean registrationRequired;

    Agents(InstantSource clock, AgentsConfig config, DeploymentConfig deployment) {
        this.clock = clock;
        this.config = config;
        this.registrationRequired = config.registration()
                .map(AgentsConfig.Registration.REQUIRED::equals)
                .orElse(deployment.mode() == DeploymentConfig.Mode.PRODUCTION);
    }

    /** Takes note of a heartbeat, unless its agent is revoked, or is not registered and has to be. */
    Uni<Void> heard(Event<AgentHeartbeat> heartbeat) {
        AgentHeartbeat said = heartbeat.data();
        Instant now = clock.instant();
        // A clock that runs ahead must not keep a dead agent alive.
        Instant seenAt = heartbeat.time().isAfter(now) ? now : heartbeat.time();
        boolean stranger = registrationRequired && said.kind().equals(Agent.PROVISIONER);
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(stranger ? UPDATE : UPSERT)
                        .setParameter("id", said.agentId().value())
                        .setParameter("kind", said.kind())
                        .setParameter("name", said.name())
                        .setParameter("version", said.version())
                        .setParameter("network", said.network())
                        .setParameter("listeners", StoredJson.write(said.listeners()))
                        .setParameter("task", said.task() == null ? null : StoredJson.write(said.task()))
                        .setParameter("startedAt", said.startedAt().atOffset(ZoneOffset.UTC))
                        .setParameter("seenAt", seenAt.atOffset(ZoneOffset.UTC))
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** The agent with this id; empty when it was never heard of. */
    public Uni<Optional<Agent>> find(AgentId id) {
        return AgentRow.<AgentRow>findById(id.value())
                .map(row -> Optional.ofNullable(row).map(this::toAgent));
    }

    /** In the order of their ids. */
    Uni<Page<Agent>> page(PageQuery query) {
        return AgentRow.<AgentRow>find("id > ?1 order by id", query.after().orElse(""))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.id, this::toAgent));
    }

    /** The db-proxies that are online, the one heard of last first. */
    Uni<List<Agent>> proxiesOnline() {
        return AgentRow.<AgentRow>find(
                        "kind = ?1 and lastSeenAt >= ?2 order by lastSeenAt desc, id", Agent.DB_PROXY, horizon())
                .list()
                .map(rows -> rows.stream().map(this::toAgent).toList());
    }

    /** Where the db-proxies of a deployment that are online take tunnels, the youngest first. */
    Uni<List<TunnelListener>> tunnels(String proxyId) {
        return AgentRow.<AgentRow>find(
                        "kind = ?1 and lastSeenAt >= ?2 order by startedAt desc, id", Agent.DB_PROXY, horizon())
                .list()
                .map(rows -> rows.stream().flatMap(row -> tunnels(row, proxyId)).toList());
    }

    private static Stream<TunnelListener> tunnels(AgentRow row, String proxyId) {
        Optional<Task> task =
                Optional.ofNullable(row.task).map(json -> StoredJson.read(json, new TypeReference<Task>() {}));
        String deployment = task.map(Task::proxyId).orElse(ProxyListeners.DEFAULT_PROXY);
        return deployment.equals(proxyId)
                ? StoredJson.read(row.listeners, new TypeReference<List<Listener>>() {}).stream()
                        .filter(listener -> listener.protocol().equals("tunnel")
                                || listener.protocol().equals("tunnel-plain"))
                        .map(listener -> new TunnelListener(
                                listener.host(),
                                listener.port(),
                                listener.protocol().equals("tunnel-plain"),
                                task))
                : Stream.empty();
    }

    Agent toAgent(AgentRow row) {
        return new Agent(
                new AgentId(row.id),
                row.name,
                row.kind,
                status(row),
                row.version,
                row.network,
                StoredJson.read(row.listeners, new TypeReference<List<Listener>>() {}),
                row.lastSeenAt);
    }

    private Agent.Status status(AgentRow row) {
        if (row.revokedAt != null) {
            return Agent.Status.REVOKED;
        }
        Instant seen = row.lastSeenAt;
        if (seen == null) {
            return Agent.Status.NEVER_SEEN;
        }
        return seen.isBefore(horizon()) ? Agent.Status.OFFLINE : Agent.Status.ONLINE;
    }

    /** Who was last heard of before this counts as offline. */
    private Instant horizon() {
        return clock.instant().minus(config.patience());
    }
}
