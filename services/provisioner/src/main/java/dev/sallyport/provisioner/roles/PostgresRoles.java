package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** The roles of a PostgreSQL instance. Its databases are gone through side by side, a bounded number at a time. */
final class PostgresRoles implements EngineRoles {

    /** RDS's own; templates are left out by their flag. */
    private static final Set<String> SYSTEM_DATABASES = Set.of("rdsadmin");

    private final Targets targets;
    private final Endpoint endpoint;
    private final Login master;
    private final String prefix;
    private final int parallelDatabases;

    PostgresRoles(Targets targets, Endpoint endpoint, Login master, String prefix, int parallelDatabases) {
        this.targets = targets;
        this.endpoint = endpoint;
        this.master = master;
        this.prefix = prefix;
        this.parallelDatabases = parallelDatabases;
    }

    @Override
    public Made make() {
        Notes notes = new Notes();
        Map<RoleKind, String> refused = new EnumMap<>(RoleKind.class);
        List<String> databases = new ArrayList<>();
        try (Connection connection = targets.connect(endpoint, master, endpoint.defaultDatabase())) {
            PostgresAccounts accounts = new PostgresAccounts(connection);
            for (RoleKind role : RoleKind.ALL) {
                accounts.bring(role.name(prefix)).ifPresent(reason -> refused.put(role, reason));
            }
            databases.addAll(databases(connection, notes));
        } catch (SQLException e) {
            throw TargetException.of("the roles cannot be made", e);
        }
        return new Made(bringAll(databases, notes), notes.perRole(), refused);
    }

    @Override
    public void setPassword(RoleKind role, Secret password) {
        String what = "the password of " + role.name(prefix) + " cannot be set";
        try (Connection connection = targets.connect(endpoint, master, endpoint.defaultDatabase());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + Quoted.postgresName(role.name(prefix)) + " PASSWORD "
                    + Quoted.text(ScramVerifier.of(password)));
        } catch (SQLException e) {
            throw TargetException.withoutText(what, e);
        }
    }

    private static List<String> databases(Connection connection, Notes notes) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT datname, datallowconn FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY 1")) {
            while (row.next()) {
                String name = row.getString(1);
                if (SYSTEM_DATABASES.contains(name)) {
                    continue;
                }
                if (row.getBoolean(2)) {
                    names.add(name);
                } else {
                    notes.addToAll("database " + name + ": skipped, it allows no connections");
                }
            }
        }
        return names;
    }

    private List<String> bringAll(List<String> databases, Notes notes) {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        Semaphore free = new Semaphore(parallelDatabases);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (String database : databases) {
                running.add(threads.submit(() -> {
                    free.acquireUninterruptibly();
                    try {
                        if (bring(database, notes)) {
                            done.add(database);
                        }
                    } finally {
                        free.release();
                    }
                }));
            }
            for (Future<?> each : running) {
                await(each);
            }
        }
        return done.stream().sorted().toList();
    }

    private static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException(TargetException.Kind.TRANSIENT, "interrupted");
        }
    }

    /** Returns whether the database could be opened. */
    private boolean bring(String database, Notes notes) {
        Set<String> ours = RoleKind.ALL.stream().map(role -> role.name(prefix)).collect(Collectors.toSet());
        try (Connection connection = targets.connect(endpoint, master, database)) {
            for (RoleKind role : RoleKind.ALL) {
                new PostgresDatabase(connection, database, notes).bring(role, role.name(prefix));
                new PostgresDefaults(connection, database, ours, notes).bring(role, role.name(prefix));
            }
            return true;
        } catch (SQLException e) {
            throw TargetException.of("database " + database, e);
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.PERMANENT) {
                notes.addToAll("database " + database + ": skipped, " + e.getMessage());
                return false;
            }
            throw e;
        }
    }
}
