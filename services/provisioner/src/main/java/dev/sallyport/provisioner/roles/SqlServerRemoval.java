package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes the roles from an SQL Server.
 *
 * <pre>
 *   disable, end sessions, give databases away ─▶ each database: give away what it owns, DROP USER ─▶ DROP LOGIN
 *     └──────────────── an obstacle: left, disabled ──────────────┴───────────────────────────────────┘
 * </pre>
 *
 * A user that stays behind in a database that cannot be opened has lost its login: nobody gets in by it.
 */
final class SqlServerRemoval {

    /** How long a session that was killed may take to be gone, and between two looks. */
    private static final Duration SESSION_END = Duration.ofSeconds(5);

    private static final Duration POLL = Duration.ofMillis(100);

    private final Map<RoleKind, String> names = new EnumMap<>(RoleKind.class);
    private final Map<RoleKind, String> sids = new EnumMap<>(RoleKind.class);
    private final Set<RoleKind> left = EnumSet.noneOf(RoleKind.class);
    private final Notes notes = new Notes();
    private final String heir;

    /** @param heir the login that databases of the roles are given to */
    SqlServerRemoval(String prefix, String heir) {
        this.heir = heir;
        RoleKind.ALL.forEach(role -> names.put(role, role.name(prefix)));
    }

    /** Locks the logins, ends their sessions and gives their databases away. */
    void begin(SqlServerSession session, List<SqlServerRoles.Database> databases) throws SQLException {
        for (Map.Entry<RoleKind, String> each : names.entrySet()) {
            RoleKind role = each.getKey();
            String name = each.getValue();
            Optional<SqlServerLogins.Found> login = new SqlServerLogins(session).find(name);
            if (login.isEmpty()) {
                continue;
            }
            sids.put(role, login.get().sid());
            if (!login.get().disabled()) {
                run(session, role, "ALTER LOGIN " + Quoted.sqlServerName(name) + " DISABLE");
            }
            for (String id : sessions(session, name)) {
                run(session, role, "KILL " + id);
            }
            for (SqlServerRoles.Database database : databases) {
                if (database.ownerSid().equals(login.get().sid())) {
                    run(
                            session,
                            role,
                            "ALTER AUTHORIZATION ON DATABASE::" + Quoted.sqlServerName(database.name()) + " TO "
                                    + Quoted.sqlServerName(heir));
                }
            }
        }
    }

    /** Nothing can be done in this database; said of a role whose login is gone, too: its user may be there from before. */
    void skip(String database, String why) {
        names.forEach((role, name) -> notes.add(
                role,
                "database " + database + ": skipped, " + why + "; a user " + name
                        + " may be left in it, without a login: drop it when the database can be opened"));
    }

    /** Drops the users of the session's database, with what they own given to {@code dbo}. */
    void empty(SqlServerSession session) throws SQLException {
        for (Map.Entry<RoleKind, String> each : names.entrySet()) {
            for (List<String> user : users(session, each.getKey(), each.getValue())) {
                giveAway(session, each.getKey(), user.get(0));
                run(session, each.getKey(), "DROP USER " + Quoted.sqlServerName(user.get(1)));
            }
        }
    }

    /** Drops the logins that have nothing any more. */
    List<Dropped.Role> end(SqlServerSession session) throws SQLException {
        List<Dropped.Role> ended = new ArrayList<>();
        for (Map.Entry<RoleKind, String> each : names.entrySet()) {
            RoleKind role = each.getKey();
            if (sids.containsKey(role) && !left.contains(role)) {
                awaitSessionsEnd(session, each.getValue());
                run(session, role, "DROP LOGIN " + Quoted.sqlServerName(each.getValue()));
            }
            ended.add(new Dropped.Role(role, each.getValue(), ending(role), notes.of(role)));
        }
        return ended;
    }

    private Dropped.End ending(RoleKind role) {
        if (left.contains(role)) {
            return Dropped.End.LEFT;
        }
        return sids.containsKey(role) ? Dropped.End.DROPPED : Dropped.End.ABSENT;
    }

    /** The login's user, and one of its name whose login is gone. */
    private List<List<String>> users(SqlServerSession session, RoleKind role, String name) throws SQLException {
        String orphan = "name = " + Quoted.sqlServerText(name) + " AND SUSER_SNAME(sid) IS NULL";
        String condition = sids.containsKey(role) ? "(sid = 0x" + sids.get(role) + " OR " + orphan + ")" : orphan;
        return session.rows("SELECT principal_id, name FROM sys.database_principals WHERE type = 'S' AND name <> N'dbo'"
                + " AND " + condition);
    }

    private void giveAway(SqlServerSession session, RoleKind role, String principalId) throws SQLException {
        List<String> owned = new ArrayList<>();
        for (List<String> row :
                session.rows("SELECT name FROM sys.schemas WHERE principal_id = " + principalId + " ORDER BY name")) {
            owned.add("SCHEMA::" + Quoted.sqlServerName(row.getFirst()));
        }
        for (List<String> row : session.rows("SELECT name FROM sys.database_principals WHERE owning_principal_id = "
                + principalId + " ORDER BY name")) {
            owned.add("ROLE::" + Quoted.sqlServerName(row.getFirst()));
        }
        for (List<String> row : session.rows("SELECT SCHEMA_NAME(schema_id) AS schema_name, name FROM sys.objects"
                + " WHERE principal_id = " + principalId + " ORDER BY name")) {
            owned.add("OBJECT::" + Quoted.sqlServerName(row.get(0)) + "." + Quoted.sqlServerName(row.get(1)));
        }
        for (String each : owned) {
            if (run(session, role, "ALTER AUTHORIZATION ON " + each + " TO [dbo]")) {
                notes.add(role, "database " + session.database() + ": " + each + " goes to dbo");
            }
        }
    }

    /** Whether it was done; otherwise the role is left. */
    private boolean run(SqlServerSession session, RoleKind role, String sql) {
        Optional<String> refusal = session.run(sql);
        refusal.ifPresent(reason -> {
            left.add(role);
            notes.add(role, "database " + session.database() + ": not done: " + sql + ": " + reason);
        });
        return refusal.isEmpty();
    }

    private static List<String> sessions(SqlServerSession session, String name) throws SQLException {
        return session
                .rows("SELECT session_id FROM sys.dm_exec_sessions WHERE original_login_name = "
                        + Quoted.sqlServerText(name) + " ORDER BY session_id")
                .stream()
                .map(List::getFirst)
                .toList();
    }

    /** A session that was killed takes back first what it had not committed. */
    private static void awaitSessionsEnd(SqlServerSession session, String name) throws SQLException {
        for (Duration waited = Duration.ZERO; waited.compareTo(SESSION_END) < 0; waited = waited.plus(POLL)) {
            if (session.script().isPlan() || sessions(session, name).isEmpty()) {
                return;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
