package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SqlServerConnection;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The roles of an SQL Server: a login each, with a user in every database that is no system's. Its databases are gone through
 * side by side, a bounded number at a time.
 */
final class SqlServerRoles implements EngineRoles {

    /** The server's own, and RDS's. */
    private static final Set<String> SYSTEM_DATABASES = Set.of("master", "model", "msdb", "tempdb", "rdsadmin");

    private static final String DATABASES = "SELECT name, state_desc, user_access_desc, is_read_only,"
            + " HAS_DBACCESS(name) AS accessible, owner_sid FROM sys.databases ORDER BY name";

    private final Targets targets;
    private final Endpoint endpoint;
    private final Login master;
    private final String prefix;
    private final int parallelDatabases;

    SqlServerRoles(Targets targets, Endpoint endpoint, Login master, String prefix, int parallelDatabases) {
        this.targets = targets;
        this.endpoint = endpoint;
        this.master = master;
        this.prefix = prefix;
        this.parallelDatabases = parallelDatabases;
    }

    /**
     * A database that is no system's.
     *
     * @param obstacle why nothing can be done in it
     * @param ownerSid of the login that owns it, in hexadecimal
     */
    record Database(String name, Optional<String> obstacle, String ownerSid) {}

    /** What is done in a database. */
    @FunctionalInterface
    private interface Work {
        void in(SqlServerSession session) throws SQLException;
    }

    @Override
    public Made make(Script script) {
        Notes notes = new Notes();
        Map<RoleKind, String> refused = new EnumMap<>(RoleKind.class);
        Map<RoleKind, String> sids = new EnumMap<>(RoleKind.class);
        List<Database> databases = new ArrayList<>();
        in(SqlServerLogins.DEFAULT_DATABASE, script, session -> {
            databases.addAll(databases(session));
            logins(session, databases, sids, refused, notes);
        });
        List<String> open = new ArrayList<>();
        for (Database each : databases) {
            each.obstacle()
                    .ifPresentOrElse(
                            why -> notes.addToAll("database " + each.name() + ": skipped, " + why),
                            () -> open.add(each.name()));
        }
        List<String> done = new SideBySide(parallelDatabases)
                .each(open, script, (database, part) -> bring(database, part, sids, notes));
        return new Made(done, notes.perRole(), refused);
    }

    @Override
    public void setPassword(Script script, RoleKind role, Secret password) {
        in(
                SqlServerLogins.DEFAULT_DATABASE,
                script,
                session -> new SqlServerLogins(session).setPassword(role.name(prefix), password));
    }

    /** One database after the other: it is no hurry, and what is left tells where it stopped. */
    @Override
    public Dropped drop(Script script) {
        SqlServerRemoval removal = new SqlServerRemoval(prefix, master.user());
        List<Database> databases = new ArrayList<>();
        in(SqlServerLogins.DEFAULT_DATABASE, script.part(), session -> {
            databases.addAll(databases(session));
            removal.begin(session, databases);
        });
        for (Database each : databases) {
            each.obstacle()
                    .ifPresentOrElse(
                            why -> removal.skip(each.name(), why), () -> empty(each.name(), script.part(), removal));
        }
        List<Dropped.Role> ended = new ArrayList<>();
        in(SqlServerLogins.DEFAULT_DATABASE, script.part(), session -> ended.addAll(removal.end(session)));
        return new Dropped(List.copyOf(ended));
    }

    private void empty(String database, Script script, SqlServerRemoval removal) {
        try {
            in(database, script, removal::empty);
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.TRANSIENT) {
                throw e;
            }
            removal.skip(database, String.valueOf(e.getMessage()));
        }
    }

    /** @param sids filled with those of the logins that are there: in a plan, one that is to be made has none yet */
    private void logins(
            SqlServerSession session,
            List<Database> databases,
            Map<RoleKind, String> sids,
            Map<RoleKind, String> refused,
            Notes notes)
            throws SQLException {
        SqlServerLogins logins = new SqlServerLogins(session);
        for (RoleKind role : RoleKind.ALL) {
            String name = role.name(prefix);
            Optional<String> refusal = logins.bring(role, name, notes);
            String sid = logins.find(name).map(SqlServerLogins.Found::sid).orElse("");
            refusal.or(() -> ownership(name, sid, databases))
                    .ifPresentOrElse(why -> refused.put(role, why), () -> sids.put(role, sid));
        }
    }

    private static Optional<String> ownership(String name, String sid, List<Database> databases) {
        return databases.stream()
                .filter(each -> each.ownerSid().equals(sid))
                .map(each -> name + " owns the database " + each.name()
                        + " and may do everything in it; give it another owner first")
                .findFirst();
    }

    /** Returns whether the database could be opened. */
    private boolean bring(String database, Script script, Map<RoleKind, String> sids, Notes notes) {
        try {
            in(database, script, session -> {
                for (Map.Entry<RoleKind, String> each : sids.entrySet()) {
                    RoleKind role = each.getKey();
                    new SqlServerDatabase(session, role, role.name(prefix), notes).bring(each.getValue());
                }
            });
            return true;
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.TRANSIENT) {
                throw e;
            }
            notes.addToAll("database " + database + ": skipped, " + e.getMessage());
            return false;
        }
    }

    private void in(String database, Script script, Work work) {
        try (SqlServerConnection connection = targets.connectSqlServer(endpoint, master, database)) {
            work.in(new SqlServerSession(connection, database, script));
        } catch (SQLException e) {
            throw TargetException.of("database " + database, e);
        }
    }

    private static List<Database> databases(SqlServerSession session) throws SQLException {
        List<Database> databases = new ArrayList<>();
        for (List<String> row : session.rows(DATABASES)) {
            if (!SYSTEM_DATABASES.contains(row.getFirst().toLowerCase(Locale.ROOT))) {
                databases.add(new Database(row.getFirst(), obstacle(row), row.get(5)));
            }
        }
        return databases;
    }

    private static Optional<String> obstacle(List<String> row) {
        if (!row.get(1).equals("ONLINE")) {
            return Optional.of("it is " + row.get(1).toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        if (row.get(2).equals("SINGLE_USER")) {
            return Optional.of("it takes a single user at a time");
        }
        if (row.get(3).equals("1")) {
            return Optional.of("it is read-only");
        }
        return row.get(4).equals("1") ? Optional.empty() : Optional.of("the master may not open it");
    }
}
