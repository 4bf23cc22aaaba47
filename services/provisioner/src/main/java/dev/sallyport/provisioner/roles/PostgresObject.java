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
 * @param held privileges that were granted, on single columns too
 * @param grantable those of them that the role may pass on
 */
record PostgresObject(Kind kind, long oid, String sql, Set<String> held, Set<String> grantable) {

    /** What GRANT calls it. */
    enum Kind {
        DATABASE("has_database_privilege"),
        SCHEMA("has_schema_privilege"),
        TABLE("has_table_privilege"),
        SEQUENCE("has_sequence_privilege"),
        ROUTINE("has_function_privilege");

        private final String inquiry;

        Kind(String inquiry) {
            this.inquiry = inquiry;
        }

        Set<String> wanted(RoleKind role) {
            return switch (this) {
                case DATABASE -> Set.of("CONNECT");
                case SCHEMA -> Set.of("USAGE");
                case TABLE -> Privileges.onPostgresTables(role);
                case SEQUENCE -> Privileges.onPostgresSequences(role);
                case ROUTINE -> Set.of();
            };
        }
    }

    /** A privilege's name, with a star behind it when it may be passed on. */
    private static final String ACL =
            "SELECT array_agg(a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END)"
                    + " FROM pg_catalog.aclexplode(%s) a WHERE a.grantee = r.oid";

    private static final String OURS = "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'";

    private static final String ALL = """
            WITH r AS (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ?)
            SELECT 'DATABASE', d.oid, pg_catalog.quote_ident(d.datname), (%s), NULL::text[]
              FROM pg_catalog.pg_database d, r WHERE d.datname = pg_catalog.current_database() AND d.datdba <> r.oid
            UNION ALL
            SELECT 'SCHEMA', n.oid, pg_catalog.quote_ident(n.nspname), (%s), NULL::text[]
              FROM pg_catalog.pg_namespace n, r WHERE %s AND n.nspowner <> r.oid
            UNION ALL
            SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid,
                   pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), (%s),
                   (SELECT array_agg(DISTINCT a.privilege_type) FROM pg_catalog.pg_attribute t,
                           pg_catalog.aclexplode(t.attacl) a
                     WHERE t.attrelid = c.oid AND NOT t.attisdropped AND t.attacl IS NOT NULL AND a.grantee = r.oid)
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace, r
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND %s AND c.relowner <> r.oid
            UNION ALL
            SELECT 'ROUTINE', p.oid, p.oid::pg_catalog.regprocedure::text, (%s), NULL::text[]
              FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace, r
             WHERE %s AND p.proowner <> r.oid AND p.proacl IS NOT NULL
            """.formatted(
                    ACL.formatted("d.datacl"),
                    ACL.formatted("n.nspacl"),
                    OURS,
                    ACL.formatted("c.relacl"),
                    OURS,
                    ACL.formatted("p.proacl"),
                    OURS);

    /** Everything in the database of {@code connection}. */
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
        Set<String> held = new TreeSet<>();
        Set<String> grantable = new TreeSet<>();
        for (int column = 4; column <= 5; column++) {
            for (String privilege : strings(row, column)) {
                String name = privilege.endsWith("*") ? privilege.substring(0, privilege.length() - 1) : privilege;
                held.add(name);
                if (privilege.endsWith("*")) {
                    grantable.add(name);
                }
            }
        }
        return new PostgresObject(Kind.valueOf(row.getString(1)), row.getLong(2), row.getString(3), held, grantable);
    }

    private static String[] strings(ResultSet row, int column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? new String[0] : (String[]) array.getArray();
    }

    /** What has to be done so that {@code role} holds what it should, and no more. */
    List<PostgresChange> changes(RoleKind role) {
        Set<String> wanted = kind.wanted(role);
        List<PostgresChange> changes = new ArrayList<>();
        add(changes, PostgresChange.Verb.REVOKE, without(held, wanted));
        Set<String> passable = new TreeSet<>(grantable);
        passable.retainAll(wanted);
        add(changes, PostgresChange.Verb.REVOKE_GRANT_OPTION, passable);
        add(changes, PostgresChange.Verb.GRANT, without(wanted, held));
        return changes;
    }

    private void add(List<PostgresChange> changes, PostgresChange.Verb verb, Set<String> privileges) {
        if (!privileges.isEmpty()) {
            changes.add(new PostgresChange(verb, this, String.join(", ", privileges)));
        }
    }

    /** Whether the role has all of {@code privileges} in the end, if only as PUBLIC has them. */
    boolean allows(Connection connection, String role, String privileges) throws SQLException {
        for (String privilege : privileges.split(", ")) {
            try (PreparedStatement statement =
                    connection.prepareStatement("SELECT pg_catalog." + kind.inquiry + "(?::name, ?::oid, ?)")) {
                statement.setString(1, role);
                statement.setLong(2, oid);
                statement.setString(3, privilege);
                try (ResultSet row = statement.executeQuery()) {
                    if (!row.next() || !row.getBoolean(1)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }
}
