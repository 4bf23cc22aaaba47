package dev.sallyport.provisioner.roles;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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

    /** The same, with the roles' secrets in {@code store}. */
    public Roles keepingIn(SecretStore store) {
        return new Roles(targets, store, clock, prefix, parallelDatabases);
    }

    /**
     * What came of making them.
     *
     * @param databases that the roles were made in
     * @param changes statements that were executed because something was not as it should be
     */
    public record Outcome(List<Job.RoleResult> results, List<String> databases, int changes) {

        public boolean complete() {
            return results.stream().allMatch(result -> result.status() == Job.Phase.COMPLETED);
        }
    }

    /** @throws TargetException when nothing could be done, or when trying again may help */
    public Outcome make(SecretFolder folder, Endpoint endpoint, Login master) {
        EngineRoles engine = engineRoles(endpoint, master);
        Script script = Script.executing();
        EngineRoles.Made made = engine.make(script);
        int changes = script.statements().size();
        List<Job.RoleResult> results = new ArrayList<>();
        for (RoleKind role : RoleKind.ALL) {
            results.add(result(folder, endpoint, engine, made, role));
        }
        return new Outcome(List.copyOf(results), made.databases(), changes);
    }

    /**
     * What {@link #make} would do. Changes nothing.
     *
     * @throws TargetException when the server cannot be looked at
     */
    public Planned plan(SecretFolder folder, Endpoint endpoint, Login master) {
        EngineRoles engine = engineRoles(endpoint, master);
        Script script = Script.planning();
        EngineRoles.Made made = engine.make(script);
        Script passwords = script.part();
        for (RoleKind role : RoleKind.ALL) {
            if (!made.refused().containsKey(role)) {
                engine.setPassword(passwords, role, Credentials.newPassword());
            }
        }
        Map<RoleKind, List<String>> notes = new EnumMap<>(RoleKind.class);
        notes.putAll(made.notes());
        made.refused().forEach((role, reason) -> notes.put(role, List.of(reason)));
        return Planned.of(script, notes);
    }

    /**
     * Removes the roles from the server, and the passwords of those that are gone from the store. Safe to repeat.
     *
     * @throws TargetException when nothing could be done, or when trying again may help
     */
    public Dropped drop(SecretFolder folder, Endpoint endpoint, Login master) {
        Dropped dropped = engineRoles(endpoint, master).drop(Script.executing());
        for (Dropped.Role role : dropped.roles()) {
            if (role.end() != Dropped.End.LEFT) {
                secrets.delete(folder.id(role.name()));
            }
        }
        return dropped;
    }

    /**
     * What {@link #drop} would do. Changes nothing.
     *
     * @throws TargetException when the server cannot be looked at
     */
    public Planned planDrop(SecretFolder folder, Endpoint endpoint, Login master) {
        Script script = Script.planning();
        Dropped dropped = engineRoles(endpoint, master).drop(script);
        Map<RoleKind, List<String>> notes = new EnumMap<>(RoleKind.class);
        dropped.roles().forEach(role -> notes.put(role.kind(), role.notes()));
        return Planned.of(script, notes);
    }

    private Job.RoleResult result(
            SecretFolder folder, Endpoint endpoint, EngineRoles engine, EngineRoles.Made made, RoleKind role) {
        String name = role.name(prefix);
        String secretId = folder.id(name);
        Optional<String> refusal =
                Optional.ofNullable(made.refused().get(role)).or(() -> renew(secretId, name, role, endpoint, engine));
        String notes = String.join("; ", made.notes().getOrDefault(role, List.of()));
        return new Job.RoleResult(
                name,
                refusal.isPresent() ? Job.Phase.FAILED : Job.Phase.COMPLETED,
                refusal.orElse(notes),
                clock.instant(),
                new Job.CredentialsInfo(secrets.provider(), secrets.reference(secretId), Credentials.KEYS));
    }

    /** Returns why it failed for good. */
    private Optional<String> renew(String secretId, String name, RoleKind role, Endpoint endpoint, EngineRoles engine) {
        try {
            new RolePassword(secrets, targets, endpoint)
                    .renew(secretId, name, password -> engine.setPassword(Script.executing(), role, password));
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
            case SQLSERVER -> new SqlServerRoles(targets, endpoint, master, prefix, parallelDatabases);
        };
    }
}
