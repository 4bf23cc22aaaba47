package dev.sallyport.provisioner.roles;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the three roles of an instance, and says what became of each. Safe to repeat, resumed after a crash by repeating. */
public final class Roles {

    private final Targets targets;
    private final SecretStore secrets;
    private final InstantSource clock;
    private final String prefix;
    private final int parallelDatabases;

    /**
     * @param prefix of the roles' names, {@code hoop} by default
     * @param parallelDatabases how many databases of one instance are worked on at once
     */
    public Roles(Targets targets, SecretStore secrets, InstantSource clock, String prefix, int parallelDatabases) {
        this.targets = targets;
        this.secrets = secrets;
        this.clock = clock;
        this.prefix = prefix;
        this.parallelDatabases = parallelDatabases;
    }

    /** @param databases that the roles were made in */
    public record Outcome(List<Job.RoleResult> results, List<String> databases) {

        public boolean complete() {
            return results.stream().allMatch(result -> result.status() == Job.Phase.COMPLETED);
        }
    }

    /** @throws TargetException when nothing could be done, or when trying again may help */
    public Outcome make(RdsArn instance, Endpoint endpoint, Login master) {
        EngineRoles engine = engineRoles(endpoint, master);
        EngineRoles.Made made = engine.make();
        List<Job.RoleResult> results = new ArrayList<>();
        for (RoleKind role : RoleKind.ALL) {
            results.add(result(instance, endpoint, engine, made, role));
        }
        return new Outcome(List.copyOf(results), made.databases());
    }

    private Job.RoleResult result(
            RdsArn instance, Endpoint endpoint, EngineRoles engine, EngineRoles.Made made, RoleKind role) {
        String name = role.name(prefix);
        String secretId = Credentials.secretId(instance, name);
        Optional<String> refusal =
                Optional.ofNullable(made.refused().get(role)).or(() -> renew(secretId, name, role, endpoint, engine));
        String notes = String.join("; ", made.notes().getOrDefault(role, List.of()));
        return new Job.RoleResult(
                name,
                refusal.isPresent() ? Job.Phase.FAILED : Job.Phase.COMPLETED,
                refusal.orElse(notes),
                clock.instant(),
                new Job.CredentialsInfo(secrets.provider(), secretId, Credentials.KEYS));
    }

    /** Returns why it failed for good. */
    private Optional<String> renew(String secretId, String name, RoleKind role, Endpoint endpoint, EngineRoles engine) {
        try {
            new RolePassword(secrets, targets, endpoint)
                    .renew(secretId, name, password -> engine.setPassword(role, password));
            return Optional.empty();
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.TRANSIENT) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private EngineRoles engineRoles(Endpoint endpoint, Login master) {
        return switch (endpoint.engine()) {
            case POSTGRES -> new PostgresRoles(targets, endpoint, master, prefix, parallelDatabases);
            case MYSQL, MARIADB -> new MySqlRoles(targets, endpoint, master, prefix);
            case SQLSERVER ->
                throw new TargetException(TargetException.Kind.PERMANENT, "SQL Server is not supported yet");
        };
    }
}
