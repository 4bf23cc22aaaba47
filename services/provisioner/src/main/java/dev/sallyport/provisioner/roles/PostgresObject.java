package dev.sallyport.provisioner.roles;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Something in a database that privileges are granted on, and what one role holds on it by name (not as PUBLIC, not as a
 * member of another role, not as the owner: what the role owns is left out).
 *
 * @param sql how GRANT names it, quoted
 * @param standing of the master to the owner
 * @param held privileges that were granted on the whole of it
 * @param heldOnColumns privileges that were granted on single columns
 * @param revocable those of both that the master could take back: a server revokes only what the one who acts granted
 * @param grantable those of {@code revocable} that the role may pass on, on columns too
 * @param passable what the master may grant although it does not act for the owner
 * @param publics what PUBLIC holds
 */
record PostgresObject(
        Kind kind,
        long oid,
        String sql,
        String owner,
        Standing standing,
        Set<String> held,
        Set<String> heldOnColumns,
        Set<String> revocable,
        Set<String> grantable,
        Set<String> passable,
        Set<String> publics) {

    /** What GRANT calls it, with a line for the blank. */
    enum Kind {
        DATABASE,
        SCHEMA,
        TABLE,
        SEQUENCE,
        ROUTINE,
        TYPE,
        LANGUAGE,
        FOREIGN_DATA_WRAPPER,
        FOREIGN_SERVER,
        LARGE_OBJECT;

        String sql() {
            return name().replace('_', ' ');
        }

        Set<String> wanted(RoleKind role) {
            return switch (this) {
                case DATABASE -> Set.of("CONNECT");
                case SCHEMA -> Set.of("USAGE");
                case TABLE -> Privileges.onPostgresTables(role);
                case SEQUENCE -> Privileges.onPostgresSequences(role);
                case ROUTINE, TYPE, LANGUAGE, FOREIGN_DATA_WRAPPER, FOREIGN_SERVER, LARGE_OBJECT -> Set.of();
            };
        }

        /** What everybody has on one that was just made (manual, table 5.2), and so is not worth a word. */
        private Set<String> usual() {
            return switch (this) {
                case DATABASE -> Set.of("CONNECT", "TEMPORARY");
                case ROUTINE -> Set.of("EXECUTE");
                case SCHEMA, TYPE, LANGUAGE -> Set.of("USAGE");
                case TABLE, SEQUENCE, FOREIGN_DATA_WRAPPER, FOREIGN_SERVER, LARGE_OBJECT -> Set.of();
            };
        }
    }

    private static final String OURS = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

    /** Those without an access list hold no grants, and only the first four kinds need any. */
    private static final String OBJECTS = """
            objects AS (
                SELECT 1 AS place, 'DATABASE' AS kind, d.oid, pg_catalog.quote_ident(d.datname) AS name, d.datdba AS owner,
                       d.datacl AS acl, NULL::oid AS columns
                  FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()
                UNION ALL
                SELECT 2, 'SCHEMA', n.oid, pg_catalog.quote_ident(n.nspname), n.nspowner, n.nspacl, NULL
                  FROM pg_catalog.pg_namespace n WHERE %1$s
                UNION ALL
                SELECT CASE c.relkind WHEN 'S' THEN 4 ELSE 3 END, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
                       c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), c.relowner,
                       c.relacl, c.oid
                  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND %1$s
                UNION ALL
                SELECT 5, 'ROUTINE', p.oid, p.oid::pg_catalog.regprocedure::text, p.proowner, p.proacl, NULL
                  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                 WHERE p.proacl IS NOT NULL AND %1$s
                UNION ALL
                SELECT 6, 'TYPE', t.oid, t.oid::pg_catalog.regtype::text, t.typowner, t.typacl, NULL
                  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                 WHERE t.typacl IS NOT NULL AND %1$s
                UNION ALL
                SELECT 7, 'LANGUAGE', l.oid, pg_catalog.quote_ident(l.lanname), l.lanowner, l.lanacl, NULL
                  FROM pg_catalog.pg_language l WHERE l.lanacl IS NOT NULL
                UNION ALL
                SELECT 8, 'FOREIGN_DATA_WRAPPER', f.oid, pg_catalog.quote_ident(f.fdwname), f.fdwowner, f.fdwacl, NULL
                  FROM pg_catalog.pg_foreign_data_wrapper f WHERE f.fdwacl IS NOT NULL
                UNION ALL
                SELECT 9, 'FOREIGN_SERVER', s.oid, pg_catalog.quote_ident(s.srvname), s.srvowner, s.srvacl, NULL
                  FROM pg_catalog.pg_foreign_server s WHERE s.srvacl IS NOT NULL
                UNION ALL
                SELECT 10, 'LARGE_OBJECT', o.oid, o.oid::text, o.lomowner, o.lomacl, NULL
                  FROM pg_catalog.pg_largeobject_metadata o WHERE o.lomacl IS NOT NULL)""".formatted(OURS);

    /** A privilege's name, with {@code !} behind it when the master could revoke it and {@code *} when it may be passed on. */
    private static final String MARKED = "a.privilege_type || CASE WHEN a.grantor = CASE s.of WHEN 'NONE' THEN me.oid"
            + " ELSE o.owner END THEN '!' ELSE '' END || CASE WHEN a.is_grantable THEN '*' ELSE '' END";

    private static final String ALL = "WITH " + Standing.OF_ALL_ROLES + ", " + OBJECTS + """
            , role AS (SELECT (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?) AS oid),
              me AS (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
            SELECT o.kind, o.oid, o.name, s.rolname, s.of,
                   ARRAY(SELECT %1$s FROM pg_catalog.aclexplode(o.acl) a WHERE a.grantee = role.oid),
                   ARRAY(SELECT %1$s FROM pg_catalog.pg_attribute t, pg_catalog.aclexplode(t.attacl) a
                          WHERE t.attrelid = o.columns AND NOT t.attisdropped AND a.grantee = role.oid),
                   ARRAY(SELECT a.privilege_type FROM pg_catalog.aclexplode(o.acl) a
                          WHERE s.of = 'NONE' AND a.is_grantable AND pg_catalog.pg_has_role(a.grantee, 'USAGE')),
                   ARRAY(SELECT a.privilege_type FROM pg_catalog.aclexplode(o.acl) a WHERE a.grantee = 0)
              FROM objects o JOIN standing s ON s.oid = o.owner, role, me
             WHERE o.owner IS DISTINCT FROM role.oid
             ORDER BY o.place, o.name""".formatted(MARKED);

    /** Everything in the database of {@code connection}. A role that does not exist holds nothing. */
    static List<PostgresObject> all(Connection connection, String role) throws SQLException {
        List<PostgresObject> objects = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(ALL)) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    objects.add(read(row));
                }
            }
        }
        return objects;
    }

    private static PostgresObject read(ResultSet row) throws SQLException {
        Set<String> revocable = new TreeSet<>();
        Set<String> grantable = new TreeSet<>();
        Set<String> held = unmarked(row, 6, revocable, grantable);
        Set<String> heldOnColumns = unmarked(row, 7, revocable, grantable);
        return new PostgresObject(
                Kind.valueOf(row.getString(1)),
                row.getLong(2),
                row.getString(3),
                row.getString(4),
                Standing.valueOf(row.getString(5)),
                held,
                heldOnColumns,
                revocable,
                grantable,
                new TreeSet<>(List.of(strings(row, 8))),
                new TreeSet<>(List.of(strings(row, 9))));
    }

    private static Set<String> unmarked(ResultSet row, int column, Set<String> revocable, Set<String> grantable)
            throws SQLException {
        Set<String> held = new TreeSet<>();
        for (String marked : strings(row, column)) {
            String name = marked.replace("!", "").replace("*", "");
            held.add(name);
            if (marked.contains("!")) {
                revocable.add(name);
                if (marked.endsWith("*")) {
                    grantable.add(name);
                }
            }
        }
        return held;
    }

    private static String[] strings(ResultSet row, int column) throws SQLException {
        return (String[]) row.getArray(column).getArray();
    }

    /** What the master can do so that {@code role} holds what it should, and no more. */
    List<PostgresChange> changes(RoleKind role) {
        Set<String> wanted = kind.wanted(role);
        List<PostgresChange> changes = new ArrayList<>();
        add(changes, PostgresChange.Verb.REVOKE, common(excess(role), revocable));
        add(changes, PostgresChange.Verb.REVOKE_GRANT_OPTION, common(grantable, wanted));
        add(
                changes,
                PostgresChange.Verb.GRANT,
                standing == Standing.NONE ? common(missing(role), passable) : missing(role));
        return changes;
    }

    /** What would have to be done, but not by this master. */
    List<PostgresChange> outOfReach(RoleKind role) {
        List<PostgresChange> changes = new ArrayList<>();
        add(changes, PostgresChange.Verb.REVOKE, without(excess(role), revocable));
        if (standing == Standing.NONE) {
            // What everybody has, it has too.
            add(changes, PostgresChange.Verb.GRANT, without(without(missing(role), passable), publics));
        }
        return changes;
    }

    /** What the role may do because everybody may. It is not ours to take. */
    Set<String> beyondAsPublic(RoleKind role) {
        return without(without(publics, kind.wanted(role)), kind.usual());
    }

    private Set<String> missing(RoleKind role) {
        return without(kind.wanted(role), held);
    }

    private Set<String> excess(RoleKind role) {
        Set<String> all = new TreeSet<>(held);
        all.addAll(heldOnColumns);
        return without(all, kind.wanted(role));
    }

    private void add(List<PostgresChange> changes, PostgresChange.Verb verb, Set<String> privileges) {
        if (!privileges.isEmpty()) {
            changes.add(new PostgresChange(verb, this, String.join(", ", privileges)));
        }
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> both = new TreeSet<>(some);
        both.retainAll(others);
        return both;
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }
}
