package dev.sallyport.provisioner.roles;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The default privileges of one role in one PostgreSQL database: what it holds on tables that others make from now on. They
 * are kept per owner, and only who may act for an owner sets them.
 */
final class PostgresDefaults {

    /**
     * Everybody who may make something here and for whom we may act. {@code USAGE} is the right that ALTER DEFAULT PRIVILEGES
     * asks for: from PostgreSQL 16 on, having made a role (ADMIN) does not bring it.
     */
    private static final String OWNERS = """
            SELECT r.rolname, pg_catalog.pg_has_role(r.oid, 'USAGE')
              FROM pg_catalog.pg_roles r
             WHERE r.rolname !~ '^(pg_|rds)'
               AND (pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CREATE')
                    OR EXISTS (SELECT FROM pg_catalog.pg_namespace n
                                WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
                                  AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'CREATE')))
             ORDER BY 1""";

    private static final String HELD = """
            SELECT o.rolname, n.nspname, d.defaclobjtype, a.privilege_type, a.is_grantable
              FROM pg_catalog.pg_default_acl d
              JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
              LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace,
                   pg_catalog.aclexplode(d.defaclacl) a
              JOIN pg_catalog.pg_roles g ON g.oid = a.grantee
             WHERE g.rolname = ? AND o.oid <> g.oid""";

    /** @param schema null for all schemas */
    private record Scope(String owner, @Nullable String schema, String objects) {}

    private final Connection connection;
    private final String database;
    private final Set<String> ours;
    private final Notes notes;

    /** @param ours our own roles, which make nothing */
    PostgresDefaults(Connection connection, String database, Set<String> ours, Notes notes) {
        this.connection = connection;
        this.database = database;
        this.ours = ours;
        this.notes = notes;
    }

    void bring(RoleKind kind, String role) throws SQLException {
        Map<Scope, Set<String>> held = new HashMap<>();
        Map<Scope, Set<String>> grantable = new HashMap<>();
        readHeld(role, held, grantable);
        Set<Scope> scopes = new LinkedHashSet<>();
        for (String owner : owners(kind)) {
            scopes.add(new Scope(owner, null, "TABLES"));
            scopes.add(new Scope(owner, null, "SEQUENCES"));
            scopes.add(new Scope(owner, null, "SCHEMAS"));
        }
        scopes.addAll(held.keySet());
        for (Scope scope : scopes) {
            // A grant in one schema alone adds nothing to the grant for all, so none is wanted there.
            Set<String> wanted = scope.schema() == null ? wanted(kind, scope.objects()) : Set.of();
            Set<String> now = held.getOrDefault(scope, Set.of());
            Set<String> passable = new HashSet<>(grantable.getOrDefault(scope, Set.of()));
            passable.retainAll(wanted);
            execute(kind, scope, "REVOKE ", without(now, wanted), " FROM ", role);
            execute(kind, scope, "REVOKE GRANT OPTION FOR ", passable, " FROM ", role);
            execute(kind, scope, "GRANT ", without(wanted, now), " TO ", role);
        }
    }

    private static Set<String> wanted(RoleKind kind, String objects) {
        return switch (objects) {
            case "TABLES" -> Privileges.onPostgresTables(kind);
            case "SEQUENCES" -> Privileges.onPostgresSequences(kind);
            case "SCHEMAS" -> Set.of("USAGE");
            default -> Set.of();
        };
    }

    private void execute(
            RoleKind kind, Scope scope, String verb, Set<String> privileges, String preposition, String role) {
        if (privileges.isEmpty()) {
            return;
        }
        String in = scope.schema() == null ? "" : " IN SCHEMA " + Quoted.postgresName(scope.schema());
        String sql = "ALTER DEFAULT PRIVILEGES FOR ROLE " + Quoted.postgresName(scope.owner()) + in + " " + verb
                + String.join(", ", privileges) + " ON " + scope.objects() + preposition + Quoted.postgresName(role);
        PostgresDatabase.tryTo(connection, sql)
                .ifPresent(reason -> notes.add(
                        kind,
                        "database " + database + ": default privileges of what " + scope.owner() + " makes: "
                                + reason));
    }

    private List<String> owners(RoleKind kind) throws SQLException {
        List<String> owners = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OWNERS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String owner = row.getString(1);
                if (ours.contains(owner)) {
                    continue;
                }
                if (row.getBoolean(2)) {
                    owners.add(owner);
                } else if (ownsSomething(owner)) {
                    notes.add(
                            kind,
                            "database " + database + ": tables that " + owner
                                    + " makes from now on are not covered: the master may not act for it");
                }
            }
        }
        return owners;
    }

    private boolean ownsSomething(String owner) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT EXISTS (SELECT FROM pg_catalog.pg_class c
                                 JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                                 JOIN pg_catalog.pg_roles r ON r.oid = c.relowner
                                WHERE r.rolname = ? AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')""")) {
            statement.setString(1, owner);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    private void readHeld(String role, Map<Scope, Set<String>> held, Map<Scope, Set<String>> grantable)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HELD)) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Scope scope = new Scope(row.getString(1), row.getString(2), objects(row.getString(3)));
                    held.computeIfAbsent(scope, s -> new TreeSet<>()).add(row.getString(4));
                    if (row.getBoolean(5)) {
                        grantable.computeIfAbsent(scope, s -> new TreeSet<>()).add(row.getString(4));
                    }
                }
            }
        }
    }

    /** pg_default_acl.defaclobjtype. */
    private static String objects(String type) {
        return switch (type) {
            case "r" -> "TABLES";
            case "S" -> "SEQUENCES";
            case "n" -> "SCHEMAS";
            case "f" -> "ROUTINES";
            case "L" -> "LARGE OBJECTS";
            default -> "TYPES";
        };
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }
}
