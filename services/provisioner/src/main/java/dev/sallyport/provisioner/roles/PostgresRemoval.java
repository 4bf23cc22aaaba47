package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Removes the roles from a PostgreSQL server, as its manual says (22.4, "Dropping Roles"): in each database that has
 * something of a role, its objects are reassigned and its privileges revoked; then it is dropped. Before, it is locked and
 * its sessions are ended.
 *
 * <pre>
 *   lock ─▶ look where it has something ─▶ each database: REASSIGN OWNED, DROP OWNED ─▶ DROP ROLE
 *     └────────┴─ an obstacle: left, locked ───────────┴───────────────────────────────┘
 * </pre>
 */
final class PostgresRemoval {

    private static final long SESSION_END_MILLIS = 5_000;

    private static final String DEPENDENT = """
            SELECT d.datname, d.datallowconn AND pg_catalog.has_database_privilege(d.oid, 'CONNECT'),
                   (SELECT count(*) FROM pg_catalog.pg_shdepend s WHERE s.dbid = d.oid AND s.refobjid = r.oid
                       AND s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass)
              FROM pg_catalog.pg_database d, pg_catalog.pg_roles r
             WHERE r.rolname = ?
             ORDER BY d.datname""";

    private static final String OWNED = """
            SELECT pg_catalog.pg_describe_object(s.classid, s.objid, s.objsubid)
              FROM pg_catalog.pg_shdepend s
              JOIN pg_catalog.pg_roles r ON r.oid = s.refobjid
              LEFT JOIN pg_catalog.pg_database d ON d.oid = s.dbid
             WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND s.deptype = 'o'
               AND s.classid NOT IN ('pg_catalog.pg_default_acl'::pg_catalog.regclass,
                                     'pg_catalog.pg_user_mapping'::pg_catalog.regclass)
               AND (s.dbid = 0 OR d.datname = pg_catalog.current_database()) AND r.rolname = ?
             ORDER BY 1""";

    /** Whoever owns something here that the role may hold privileges on: they are whom they are taken back for. */
    private static final String LENDERS = "WITH " + Standing.OF_ALL_ROLES + """

            SELECT s.rolname FROM standing s
             WHERE s.of = 'LENDABLE'
               AND (s.rolname = ? OR EXISTS (
                        SELECT FROM pg_catalog.pg_shdepend o LEFT JOIN pg_catalog.pg_database d ON d.oid = o.dbid
                         WHERE o.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND o.deptype = 'o'
                           AND o.refobjid = s.oid AND (o.dbid = 0 OR d.datname = pg_catalog.current_database())))
             ORDER BY 1""";

    private static final String DATABASE_OWNER = "WITH " + Standing.OF_ALL_ROLES + """

            SELECT s.rolname, s.of, current_user
              FROM pg_catalog.pg_database d JOIN standing s ON s.oid = d.datdba
             WHERE d.datname = pg_catalog.current_database()""";

    private final Map<RoleKind, String> names = new EnumMap<>(RoleKind.class);
    private final Set<RoleKind> present = EnumSet.noneOf(RoleKind.class);
    private final Set<RoleKind> left = EnumSet.noneOf(RoleKind.class);
    private final Map<String, Set<RoleKind>> inDatabases = new TreeMap<>();
    private final Notes notes = new Notes();

    PostgresRemoval(String prefix) {
        RoleKind.ALL.forEach(role -> names.put(role, role.name(prefix)));
    }

    /** Locks the roles and looks for the databases in which they have something: those to go through, sorted. */
    List<String> begin(SqlSession session) throws SQLException {
        for (Map.Entry<RoleKind, String> role : names.entrySet()) {
            List<List<String>> found =
                    session.rows("SELECT rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = ?", role.getValue());
            if (found.isEmpty()) {
                continue;
            }
            present.add(role.getKey());
            if (found.getFirst().getFirst().equals("t")) {
                lock(session, role.getKey(), role.getValue());
            }
            if (!left.contains(role.getKey())) {
                endSessions(session, role.getKey(), role.getValue());
                look(session, role.getKey(), role.getValue());
            }
        }
        return inDatabases.entrySet().stream()
                .filter(database -> !left.containsAll(database.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Takes everything in the database of {@code session} from the roles. */
    void empty(SqlSession session) throws SQLException {
        for (RoleKind role : inDatabases.getOrDefault(session.database(), Set.of())) {
            if (!left.contains(role)) {
                empty(session, role, names.getOrDefault(role, ""));
            }
        }
    }

    /** The database could not be opened. */
    void skip(String database, String reason) {
        inDatabases
                .getOrDefault(database, Set.of())
                .forEach(role -> leave(role, "database " + database + ": " + reason));
    }

    /** Drops those that have nothing any more. */
    Dropped end(SqlSession session) {
        for (RoleKind role : present) {
            if (!left.contains(role)) {
                session.run("DROP ROLE " + Quoted.postgresName(names.getOrDefault(role, "")))
                        .ifPresent(reason -> leave(role, "the role was not dropped: " + reason));
            }
        }
        return new Dropped(names.entrySet().stream()
                .map(role -> new Dropped.Role(
                        role.getKey(), role.getValue(), ending(role.getKey()), notes.of(role.getKey())))
                .toList());
    }

    private Dropped.End ending(RoleKind role) {
        if (!present.contains(role)) {
            return Dropped.End.ABSENT;
        }
        return left.contains(role) ? Dropped.End.LEFT : Dropped.End.DROPPED;
    }

    private void leave(RoleKind role, String why) {
        left.add(role);
        notes.add(role, why);
    }

    private void lock(SqlSession session, RoleKind role, String name) {
        session.run("ALTER ROLE " + Quoted.postgresName(name) + " NOLOGIN")
                .ifPresent(reason -> leave(role, "the role could not be locked: " + reason));
    }

    private void endSessions(SqlSession session, RoleKind role, String name) throws SQLException {
        List<List<String>> sessions =
                session.rows("SELECT pid FROM pg_catalog.pg_stat_activity WHERE usename = ? ORDER BY pid", name);
        if (sessions.isEmpty()) {
            return;
        }
        new PostgresLoan(session).during(lenders(session, name), () -> {
            for (List<String> each : sessions) {
                String pid = each.getFirst();
                session.run("SELECT pg_catalog.pg_terminate_backend(" + pid + ", " + SESSION_END_MILLIS + ")")
                        .ifPresent(reason -> leave(role, "session " + pid + " could not be ended: " + reason));
            }
        });
    }

    private void look(SqlSession session, RoleKind role, String name) throws SQLException {
        for (List<String> row : session.rows(DEPENDENT, name)) {
            String database = row.getFirst();
            boolean here = database.equals(session.database());
            if (row.get(2).equals("0") && !here) {
                continue;
            }
            if (row.get(1).equals("t")) {
                inDatabases.computeIfAbsent(database, d -> new TreeSet<>()).add(role);
            } else {
                leave(role, "database " + database + " cannot be opened, and the role has something in it");
            }
        }
    }

    private void empty(SqlSession session, RoleKind role, String name) throws SQLException {
        List<String> owned =
                session.rows(OWNED, name).stream().map(List::getFirst).toList();
        new PostgresLoan(session).during(lenders(session, name), () -> {
            Optional<String> refusal = owned.isEmpty() ? Optional.empty() : reassign(session, role, name, owned);
            // What still belongs to the role DROP OWNED would drop.
            if (refusal.isEmpty()) {
                refusal = session.run("DROP OWNED BY " + Quoted.postgresName(name));
            }
            refusal.ifPresent(reason -> leave(role, "database " + session.database() + ": " + reason));
        });
    }

    /** To the owner of the database, who is there to stay and may use or drop them; to the master where it may not act for that one. */
    private Optional<String> reassign(SqlSession session, RoleKind role, String name, List<String> owned)
            throws SQLException {
        List<String> row = session.rows(DATABASE_OWNER).getFirst();
        boolean toOwner = !row.get(1).equals(Standing.NONE.name()) && !names.containsValue(row.get(0));
        String heir = toOwner ? row.get(0) : row.get(2);
        Optional<String> refusal =
                session.run("REASSIGN OWNED BY " + Quoted.postgresName(name) + " TO " + Quoted.postgresName(heir));
        if (refusal.isEmpty()) {
            String why =
                    toOwner ? "the owner of the database" : "the master, which may not act for the database's owner";
            owned.forEach(what ->
                    notes.add(role, "database " + session.database() + ": " + what + " goes to " + heir + ", " + why));
        }
        return refusal;
    }

    private static List<String> lenders(SqlSession session, String name) throws SQLException {
        return session.rows(LENDERS, name).stream().map(List::getFirst).toList();
    }
}
