package dev.sallyport.api.dbroles;

import dev.sallyport.api.access.GrantView;
import dev.sallyport.api.access.Grants;
import dev.sallyport.api.connections.Connection;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.dbroles.Placement.Placing;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.DeprovisionRequested.KeptSecret;
import dev.sallyport.contracts.dbroles.Job.RoleResult;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.contracts.dbroles.ProvisionRequested.Master;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Has the roles taken out of an instance, once somebody said that they mean it. All methods block. */
@ApplicationScoped
class Deprovisioning {

    private final Transactions transactions;
    private final Jobs jobs;
    private final Connections connections;
    private final Grants grants;
    private final Placement placement;
    private final DeploymentConfig config;

    Deprovisioning(
            Transactions transactions,
            Jobs jobs,
            Connections connections,
            Grants grants,
            Placement placement,
            DeploymentConfig config) {
        this.transactions = transactions;
        this.jobs = jobs;
        this.connections = connections;
        this.grants = grants;
        this.placement = placement;
        this.config = config;
    }

    /**
     * What is wanted.
     *
     * @param agent empty for the one that made the roles
     * @param confirm the instance's identifier, when it is meant
     * @param dryRun only tell what would be done; needs no confirmation
     * @param closeGrants end the live grants first, where they would be a reason to refuse
     */
    record Wanted(
            RdsArn instance,
            Optional<AgentId> agent,
            @Nullable String confirm,
            boolean dryRun,
            boolean closeGrants,
            AgentAway agentAway) {}

    /** What goes. */
    record Removed(
            AgentId agent,
            List<String> roles,
            List<String> connections,
            List<KeptSecret> secrets,
            Optional<Master> master,
            List<GrantView> grants) {

        private static Removed of(JobRow last, List<Connection> connections, List<GrantView> grants) {
            List<RoleResult> made = last.job().status().result();
            return new Removed(
                    last.agent(),
                    Stream.concat(
                                    connections.stream().map(Connection::role),
                                    made.stream().map(RoleResult::userRole))
                            .distinct()
                            .toList(),
                    connections.stream().map(Connection::name).toList(),
                    Stream.concat(
                                    connections.stream()
                                            .map(each -> new KeptSecret(
                                                    each.secret().provider(),
                                                    each.secret().secretId())),
                                    made.stream()
                                            .map(RoleResult::credentialsInfo)
                                            .map(each ->
                                                    new KeptSecret(each.secretsManagerProvider(), each.secretId())))
                            .distinct()
                            .toList(),
                    last.command().flatMap(Removed::master),
                    grants);
        }

        /** Where the master's login came from is where it comes from now. */
        private static Optional<Master> master(JobCommand command) {
            return command instanceof ProvisionRequested provision
                    ? Optional.ofNullable(provision.master())
                    : Optional.empty();
        }

        private Map<String, ?> members(String confirm) {
            return Map.of(
                    "confirm",
                    confirm,
                    "roles",
                    roles,
                    "connections",
                    connections,
                    "secrets",
                    secrets,
                    "grants",
                    live());
        }

        private List<Map<String, String>> live() {
            return grants.stream()
                    .map(grant -> Map.of(
                            "id", grant.id(),
                            "grantee", grant.grantee().name(),
                            "target", grant.target(),
                            "role", grant.role()))
                    .toList();
        }
    }

    /**
     * The job that does it.
     *
     * @throws ProblemException 404 when no roles are in the instance; 409 {@code confirmation_needed} with what goes, or
     *     {@code grants_active}
     */
    JobId order(Wanted wanted, String by, CallKey key) {
        return placement.before(by, key).orElseGet(() -> {
            Removed removed = removed(wanted.instance());
            if (!wanted.dryRun()) {
                checkConfirmed(wanted, removed);
                checkGrants(wanted, removed);
            }
            return placement.place(placing(wanted, removed, by, key));
        });
    }

    private Removed removed(RdsArn instance) {
        return transactions
                .call(() -> jobs.provisioning(instance)
                        .chain(last -> connections
                                .of(instance)
                                .chain(known -> grants.liveIn(instance)
                                        .map(live -> last.map(row -> Removed.of(row, known, live))))))
                .orElseThrow(() -> ProblemException.notFound("provisioned instance", instance.toString()));
    }

    private static void checkConfirmed(Wanted wanted, Removed removed) {
        String identifier = wanted.instance().identifier();
        if (!identifier.equals(wanted.confirm())) {
            throw new ProblemException(
                    409,
                    "confirmation_needed",
                    "this takes out what is listed here; if you mean it, send it again with \"confirm\": \""
                            + identifier + "\"",
                    removed.members(identifier));
        }
    }

    private static void checkGrants(Wanted wanted, Removed removed) {
        if (!wanted.closeGrants() && !removed.grants().isEmpty()) {
            throw new ProblemException(
                    409,
                    "grants_active",
                    "people have access to the instance through "
                            + removed.grants().size()
                            + " grants; close them, or send it again with \"close_grants\": true",
                    Map.of("grants", removed.live()));
        }
    }

    private Placing placing(Wanted wanted, Removed removed, String by, CallKey key) {
        Commands.Ordering ordering = placement.ordering(by);
        DeprovisionRequested command = new DeprovisionRequested(
                ordering.jobId(),
                config.orgId(),
                wanted.agent().orElse(removed.agent()),
                wanted.instance(),
                removed.secrets(),
                removed.master().orElse(null),
                wanted.dryRun(),
                by,
                ordering.at());
        Supplier<Uni<Void>> first = wanted.dryRun() || !wanted.closeGrants()
                ? () -> Uni.createFrom().voidItem()
                : () -> grants.revokeAllIn(wanted.instance(), by);
        return new Placing(command, wanted.agentAway(), first, by, key);
    }
}
