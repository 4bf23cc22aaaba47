package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The roles of a PostgreSQL instance. Its databases are gone through side by side, a bounded number at a time. */
final class PostgresRoles implements EngineRoles {

    /** RDS's own; templates are left out by their flag. */
    static final Set<String> SYSTEM_DATABASES = Set.of("rdsadmin");

    private static final String DATABASES =
            "SELECT datname, datallowconn FROM pg_catalog.pg_database WHERE NOT datistemplate ORDER BY datname";

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

    /** What is done in a database. */
    @FunctionalInterface
    private interface Work<T> {
        T in(SqlSession session) throws SQLException;
    }

    @Override
    public Made make(Script script) {
        Notes notes = new Notes();
        Map<RoleKind, String> refused = new EnumMap<>(RoleKind.class);
        List<String> databases = inDefaultDatabase(script, session -> {
            PostgresAccounts accounts = new PostgresAccounts(session);
            for (RoleKind role : RoleKind.ALL) {
                accounts.bring(role.name(prefix)).ifPresent(reason -> refused.put(role, reason));
            }
            return databases(session, notes);
        });
        List<String> done = new SideBySide(parallelDatabases)
                .each(databases, script, (database, part) -> bring(database, part, notes));
        return new Made(done, notes.perRole(), refused);
    }

    @Override
    public void setPassword(Script script, RoleKind role, Secret password) {
        String sql = "ALTER ROLE " + Quoted.postgresName(role.name(prefix)) + " PASSWORD ";
        script.setPassword(endpoint.defaultDatabase(), sql + "'***'", () -> {
            try (Connection connection = targets.connect(endpoint, master, endpoint.defaultDatabase());
                    Statement statement = connection.createStatement()) {
                statement.execute(sql + Quoted.text(ScramVerifier.of(password)));
            } catch (SQLException e) {
                throw TargetException.withoutText("the password of " + role.name(prefix) + " cannot be set", e);
            }
        });
    }

    /** One database after the other: each DROP OWNED touches what the databases share. */
    @Override
    public Dropped drop(Script script) {
        PostgresRemoval removal = new PostgresRemoval(prefix);
        for (String database : inDefaultDatabase(script.part(), removal::begin)) {
            try (Connection connection = targets.connect(endpoint, master, database)) {
                removal.empty(new SqlSession(connection, database, script.part()));
            } catch (SQLException e) {
                throw TargetException.of("database " + database, e);
            } catch (TargetException e) {
                if (e.kind() == TargetException.Kind.TRANSIENT) {
                    throw e;
                }
                removal.skip(database, String.valueOf(e.getMessage()));
            }
        }
        return inDefaultDatabase(script.part(), removal::end);
    }

    private <T> T inDefaultDatabase(Script script, Work<T> work) {
        try (Connection connection = targets.connect(endpoint, master, endpoint.defaultDatabase())) {
            return work.in(new SqlSession(connection, endpoint.defaultDatabase(), script));
        } catch (SQLException e) {
            throw TargetException.of("database " + endpoint.defaultDatabase(), e);
        }
    }

    private static List<String> databases(SqlSession session, Notes notes) throws SQLException {
        List<String> names = new ArrayList<>();
        for (List<String> row : session.rows(DATABASES)) {
            String name = row.getFirst();
            if (SYSTEM_DATABASES.contains(name)) {
                continue;
            }
            if (row.get(1).equals("t")) {
                names.add(name);
            } else {
                notes.addToAll("database " + name + ": skipped, it allows no connections");
            }
        }
        return names;
    }

    /** Returns whether the database could be opened. */
    private boolean bring(String database, Script script, Notes notes) {
        Set<String> ours = RoleKind.ALL.stream().map(role -> role.name(prefix)).collect(Collectors.toSet());
        try (Connection connection = targets.connect(endpoint, master, database)) {
            SqlSession session = new SqlSession(connection, database, script);
            for (RoleKind role : RoleKind.ALL) {
                new PostgresDatabase(session, notes).bring(role, role.name(prefix));
                new PostgresDefaults(session, ours, notes).bring(role, role.name(prefix));
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
