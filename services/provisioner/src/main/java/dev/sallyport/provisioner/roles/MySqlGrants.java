package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Engine;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings one user's privileges on a MySQL or MariaDB server to what they should be: looks, executes the difference, looks
 * again and notes what is still different. Where all is right nothing is executed.
 */
final class MySqlGrants {

    /** How the columns of mysql.db end that hold {@code Y} or {@code N}. */
    private static final String FLAG = "_priv";

    private final SqlSession session;
    private final Engine engine;
    private final RoleKind role;
    private final String name;
    private final Notes notes;

    MySqlGrants(SqlSession session, Engine engine, RoleKind role, String name, Notes notes) {
        this.session = session;
        this.engine = engine;
        this.role = role;
        this.name = name;
        this.notes = notes;
    }

    /** Returns why the user may not be handed out: it holds something beyond its schemas that cannot be taken away. */
    Optional<String> bring(List<String> schemas) throws SQLException {
        noteWhatEverybodyHas();
        Map<String, String> reasons = new LinkedHashMap<>();
        for (String sql : difference(schemas)) {
            session.run(sql).ifPresent(reason -> reasons.put(sql, reason));
        }
        if (session.script().isPlan()) {
            return Optional.empty();
        }
        for (String sql : difference(schemas)) {
            notes.add(role, "not done: " + sql + ": " + reasons.getOrDefault(sql, "the server did not take it over"));
        }
        List<String> left = beyondSchemas();
        return left.isEmpty()
                ? Optional.empty()
                : Optional.of("the user has more rights than it should, and the master cannot take them away ("
                        + reasons.getOrDefault(left.getFirst(), "the server did not take it over")
                        + "). As an administrator execute: " + String.join("; ", left));
    }

    /** Deduplicated: of several privileges on one table that may be passed on, each says so. */
    private Set<String> difference(List<String> schemas) throws SQLException {
        Set<String> statements = new LinkedHashSet<>(beyondSchemas());
        statements.addAll(schemaDifference(schemas));
        statements.addAll(objectExcess());
        return statements;
    }

    private List<String> beyondSchemas() throws SQLException {
        List<String> statements = new ArrayList<>(globalExcess());
        statements.addAll(memberships());
        statements.addAll(proxies());
        return statements;
    }

    /** What comes with no grant to the user, and is not ours to take. */
    private void noteWhatEverybodyHas() throws SQLException {
        for (List<String> row : session.rows("SHOW VARIABLES LIKE 'mandatory_roles'")) {
            if (!row.get(1).isEmpty()) {
                notes.add(
                        role,
                        "every user has the roles " + row.get(1) + " (mandatory_roles), which were left as they are");
            }
        }
        for (List<String> row :
                session.rows("SELECT DISTINCT Db FROM mysql.db WHERE User IN ('', 'PUBLIC') ORDER BY Db")) {
            notes.add(
                    role,
                    "everybody has privileges on " + Quoted.mysqlName(row.getFirst())
                            + ", which were left as they are");
        }
    }

    /** No privilege holds for all schemas. */
    private List<String> globalExcess() throws SQLException {
        List<String> excess = new ArrayList<>();
        boolean grantOption = false;
        for (List<String> row :
                session.rows("SELECT PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.USER_PRIVILEGES"
                        + " WHERE GRANTEE = " + grantee() + " ORDER BY PRIVILEGE_TYPE")) {
            grantOption |= row.get(1).equals("YES");
            if (!row.get(0).equals("USAGE")) {
                excess.add(row.get(0));
            }
        }
        if (grantOption) {
            excess.add("GRANT OPTION");
        }
        return excess.stream().map(privilege -> revoke(privilege, "*.*")).toList();
    }

    private List<String> schemaDifference(List<String> schemas) throws SQLException {
        Map<String, Set<String>> held = heldOnSchemas();
        Set<String> wantedOn = new LinkedHashSet<>();
        boolean literal = partialRevokes();
        schemas.forEach(schema -> wantedOn.add(Quoted.mysqlPattern(schema, literal)));
        List<String> statements = new ArrayList<>();
        Set<String> all = new LinkedHashSet<>(wantedOn);
        all.addAll(held.keySet());
        for (String pattern : all) {
            Set<String> wanted = wantedOn.contains(pattern) ? Privileges.onMySqlSchemas(role) : Set.of();
            Set<String> now = new TreeSet<>(held.getOrDefault(pattern, Set.of()));
            String on = Quoted.mysqlName(pattern) + ".*";
            without(now, wanted).forEach(privilege -> statements.add(revoke(privilege, on)));
            Set<String> missing = without(wanted, now);
            if (!missing.isEmpty()) {
                statements.add("GRANT " + String.join(", ", missing) + " ON " + on + " TO " + MySqlAccounts.user(name));
            }
        }
        return statements;
    }

    /**
     * By the pattern that was granted on. From the grant table itself: it has a column for each privilege, where
     * information_schema leaves out some of MariaDB's.
     */
    private Map<String, Set<String>> heldOnSchemas() throws SQLException {
        Map<String, Set<String>> held = new LinkedHashMap<>();
        String sql = "SELECT * FROM mysql.db WHERE Host = '%' AND User = " + Quoted.text(name) + " ORDER BY Db";
        try (Statement statement = session.connection().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            ResultSetMetaData columns = row.getMetaData();
            while (row.next()) {
                Set<String> privileges = held.computeIfAbsent(row.getString("Db"), pattern -> new TreeSet<>());
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String column = columns.getColumnName(i).toLowerCase(Locale.ROOT);
                    if (column.endsWith(FLAG) && "Y".equals(row.getString(i))) {
                        privileges.add(privilege(column.substring(0, column.length() - FLAG.length())));
                    }
                }
            }
        }
        return held;
    }

    private static String privilege(String column) {
        return switch (column) {
            case "create_tmp_table" -> "CREATE TEMPORARY TABLES";
            case "grant" -> "GRANT OPTION";
            default -> column.replace('_', ' ').toUpperCase(Locale.ROOT);
        };
    }

    /** Privileges on single tables, columns and routines beyond the table. */
    private List<String> objectExcess() throws SQLException {
        Set<String> wanted = Privileges.onMySqlSchemas(role);
        List<String> statements = new ArrayList<>();
        for (List<String> row : session.rows("SELECT TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE, IS_GRANTABLE"
                + " FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = " + grantee() + " ORDER BY 1, 2, 3")) {
            String on = Quoted.mysqlName(row.get(0)) + "." + Quoted.mysqlName(row.get(1));
            if (row.get(3).equals("YES")) {
                statements.add(revoke("GRANT OPTION", on));
            }
            if (!wanted.contains(row.get(2)) && !row.get(2).equals("USAGE")) {
                statements.add(revoke(row.get(2), on));
            }
        }
        for (List<String> row : session.rows("SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, PRIVILEGE_TYPE"
                + " FROM information_schema.COLUMN_PRIVILEGES WHERE GRANTEE = " + grantee() + " ORDER BY 1, 2, 3, 4")) {
            if (!wanted.contains(row.get(3))) {
                String on = Quoted.mysqlName(row.get(0)) + "." + Quoted.mysqlName(row.get(1));
                statements.add(revoke(row.get(3) + " (" + Quoted.mysqlName(row.get(2)) + ")", on));
            }
        }
        for (List<String> row : session.rows("SELECT Db, Routine_name, Routine_type, Proc_priv FROM mysql.procs_priv"
                + " WHERE Host = '%' AND User = " + Quoted.text(name) + " ORDER BY Db, Routine_name")) {
            String on = row.get(2) + " " + Quoted.mysqlName(row.get(0)) + "." + Quoted.mysqlName(row.get(1));
            for (String privilege : row.get(3).split(",")) {
                statements.add(revoke(privilege(privilege.toLowerCase(Locale.ROOT)), on));
            }
        }
        return statements;
    }

    /** Users that it may log in as. */
    private List<String> proxies() throws SQLException {
        return session
                .rows("SELECT Proxied_user, Proxied_host FROM mysql.proxies_priv WHERE Host = '%' AND User = "
                        + Quoted.text(name) + " ORDER BY Proxied_user, Proxied_host")
                .stream()
                .map(row -> "REVOKE PROXY ON " + Quoted.text(row.get(0)) + "@" + Quoted.text(row.get(1)) + " FROM "
                        + MySqlAccounts.user(name))
                .toList();
    }

    /** Roles of MySQL 8 or MariaDB that the user is a member of. */
    private List<String> memberships() throws SQLException {
        String members = Quoted.text(name);
        if (engine == Engine.MARIADB) {
            return session.rows("SELECT Role FROM mysql.roles_mapping WHERE Host = '%' AND User = " + members).stream()
                    .map(row -> "REVOKE " + Quoted.mysqlName(row.getFirst()) + " FROM " + MySqlAccounts.user(name))
                    .toList();
        }
        if (session.rows("SHOW TABLES FROM mysql LIKE 'role_edges'").isEmpty()) {
            return List.of();
        }
        return session
                .rows("SELECT FROM_USER, FROM_HOST FROM mysql.role_edges WHERE TO_HOST = '%' AND TO_USER = " + members)
                .stream()
                .map(row -> "REVOKE " + Quoted.text(row.get(0)) + "@" + Quoted.text(row.get(1)) + " FROM "
                        + MySqlAccounts.user(name))
                .toList();
    }

    private boolean partialRevokes() throws SQLException {
        List<List<String>> rows = session.rows("SHOW VARIABLES LIKE 'partial_revokes'");
        return !rows.isEmpty() && rows.getFirst().get(1).equals("ON");
    }

    private String revoke(String privilege, String on) {
        return "REVOKE " + privilege + " ON " + on + " FROM " + MySqlAccounts.user(name);
    }

    /** How information_schema names the user. */
    private String grantee() {
        return Quoted.text("'" + name + "'@'%'");
    }

    private static Set<String> without(Set<String> some, Set<String> others) {
        Set<String> rest = new TreeSet<>(some);
        rest.removeAll(others);
        return rest;
    }
}
