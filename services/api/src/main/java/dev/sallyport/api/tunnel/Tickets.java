package dev.sallyport.api.tunnel;

import dev.sallyport.api.access.AccessConfig;
import dev.sallyport.api.access.GrantStatus;
import dev.sallyport.api.access.GrantView;
import dev.sallyport.api.agents.ProxyListeners;
import dev.sallyport.api.agents.TunnelListener;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.targets.AccessTarget;
import dev.sallyport.api.targets.Targets;
import dev.sallyport.contracts.agents.AgentHeartbeat.Task;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.TunnelId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Gives tickets. Blocks. */
@ApplicationScoped
class Tickets {

    private static final String DOCUMENT = "AWS-StartPortForwardingSession";

    private final Targets targets;
    private final ProxyListeners proxies;
    private final Transactions transactions;
    private final TunnelKey key;
    private final TunnelConfig config;
    private final AccessConfig access;
    private final InstantSource clock;

    Tickets(
            Targets targets,
            ProxyListeners proxies,
            Transactions transactions,
            TunnelKey key,
            TunnelConfig config,
            AccessConfig access,
            InstantSource clock) {
        this.targets = targets;
        this.proxies = proxies;
        this.transactions = transactions;
        this.key = key;
        this.config = config;
        this.access = access;
        this.clock = clock;
    }

    /**
     * A ticket for one's own active grant.
     *
     * @param grant as the caller may see it
     * @param tunnel of the connection before; empty for a new tunnel
     * @throws ProblemException 404 for a grant of somebody else, 409 {@code grant_not_active}, 503 {@code tunnel_off} and
     *     {@code no_proxy_online}
     */
    Ticket issue(GrantView grant, Grantee caller, Optional<TunnelId> tunnel) {
        if (!grant.grantee().subject().equals(caller.subject())) {
            throw ProblemException.notFound("grant", grant.id());
        }
        Instant now = clock.instant();
        Instant end = grant.expiresAt();
        if (grant.status() != GrantStatus.ACTIVE || end == null) {
            throw ProblemException.conflict(
                    "grant_not_active",
                    "the grant is " + grant.status().label() + ", not active: ask for access again");
        }
        if (!now.isBefore(end)) {
            throw ProblemException.conflict("grant_not_active", "the grant has expired: ask for access again");
        }
        if (!key.present()) {
            throw new ProblemException(
                    503, "tunnel_off", "tunnels are off here: an administrator sets sallyport.access.tunnel.key-file");
        }
        return ticket(caller, grant, end, tunnel.orElseGet(() -> TunnelId.next(clock)), now);
    }

    private Ticket ticket(Grantee caller, GrantView grant, Instant end, TunnelId tunnel, Instant now) {
        RdsDatabaseId database = RdsDatabaseId.parse(grant.target());
        AccessTarget target = transactions
                .call(() -> targets.find(database, grant.role()))
                .orElseThrow(() -> ProblemException.conflict(
                        "target_gone", "the role " + grant.role() + " in " + database + " is no longer there"));
        boolean ssm = grant.transport().equals(GrantActivate.SSM);
        String proxyId = target.proxyId().orElse(ProxyListeners.DEFAULT_PROXY);
        TunnelListener listener = listener(proxyId, ssm);
        Instant tokenEnd = now.plus(config.tokenLifetime()).truncatedTo(ChronoUnit.SECONDS);
        GrantId id = new GrantId(grant.id());
        return new Ticket(
                grant.id(),
                tunnel.value(),
                key.sign(proxyId, caller, id, tunnel, now, tokenEnd).reveal(),
                tokenEnd,
                end,
                proxyId,
                ssm ? GrantActivate.SSM : GrantActivate.DIRECT,
                ssm ? null : new Ticket.Address(listener.host(), listener.port()),
                ssm ? null : access.caFile().orElse(null),
                listener.task()
                        .filter(_ -> ssm)
                        .map(task -> way(task, listener.port(), id))
                        .orElse(null),
                grant.engine(),
                database.database(),
                target.databaseUser(),
                target.localPort().orElse(null));
    }

    /** The youngest of the deployment: after a change of its version the one that stays. */
    private TunnelListener listener(String proxyId, boolean ssm) {
        List<TunnelListener> online = transactions.call(() -> proxies.tunnels(proxyId));
        return online.stream()
                .filter(one -> ssm ? one.plain() && one.task().isPresent() : !one.plain())
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        503,
                        "no_proxy_online",
                        "no db-proxy of '" + proxyId + "' that takes tunnels" + (ssm ? " from Session Manager" : "")
                                + " is online: try again in a moment"));
    }

    private Ticket.Ssm way(Task task, int port, GrantId grant) {
        return new Ticket.Ssm(
                task.accountId(),
                task.region(),
                "ecs:" + task.cluster() + "_" + task.taskId() + "_" + task.runtimeId(),
                DOCUMENT,
                port,
                grant.value(),
                config.startUrl().orElse(null),
                config.ssoRegion().orElse(null));
    }
}
