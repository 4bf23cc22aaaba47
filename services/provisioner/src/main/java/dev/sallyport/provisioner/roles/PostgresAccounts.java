package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The roles themselves, which belong to the whole server: made when missing; attributes and memberships that would give one
 * more than its table are taken away.
 */
final class PostgresAccounts {

    /** Columns of pg_roles that say {@code t} when something is to be taken away, with what does it. */
    private static final Map<String, String> EXCESSIVE = new TreeMap<>(Map.of(
            "rolsuper", "NOSUPERUSER",
            "rolcreaterole", "NOCREATEROLE",
            "rolcreatedb", "NOCREATEDB",
            "rolreplication", "NOREPLICATION",
            "rolbypassrls", "NOBYPASSRLS",
            "NOT rolcanlogin", "LOGIN",
            "coalesce(rolvaliduntil < 'infinity', false)", "VALID UNTIL 'infinity'"));

    private static final String ROLE =
            "SELECT " + String.join(", ", EXCESSIVE.keySet()) + " FROM pg_catalog.pg_roles WHERE rolname = ?";

    /** From PostgreSQL 16 on, a membership is taken back by its grantor or who has the grantor's rights, and no other. */
    private static final String MEMBERSHIPS = """
            SELECT g.rolname, CASE WHEN pg_catalog.current_setting('server_version_num')::int >= 160000
                                   THEN pg_catalog.pg_get_userbyid(m.grantor) ELSE '' END
              FROM pg_catalog.pg_auth_members m
              JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
              JOIN pg_catalog.pg_roles r ON r.oid = m.member
             WHERE r.rolname = ? ORDER BY 1, 2""";

    private final SqlSession session;

    PostgresAccounts(SqlSession session) {
        this.session = session;
    }

    /**
     * Returns why the role may not be handed out, if it may not.
     *
     * @throws TargetException when a missing role cannot be made
     */
    Optional<String> bring(String role) throws SQLException {
        if (!exists(role)) {
            create(role);
        }
        String reason = "";
        for (String sql : excess(role)) {
            reason = session.run(sql).orElse(reason);
        }
        List<String> left = session.script().isPlan() ? List.of() : excess(role);
        if (left.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("the role has more rights than it should, and the master cannot take them away (" + reason
                + "). As an administrator execute: " + String.join("; ", left));
    }

    boolean exists(String role) throws SQLException {
        return !session.rows(ROLE, role).isEmpty();
    }

    private void create(String role) throws SQLException {
        // Without a password nobody logs in.
        Optional<String> refusal = session.run("CREATE ROLE " + Quoted.postgresName(role) + " LOGIN");
        if (refusal.isPresent() && !exists(role)) {
            throw new TargetException(
                    TargetException.Kind.PERMANENT, "the role " + role + " cannot be made: " + refusal.get());
        }
    }

    /** The statements that would make an ordinary role of it; none when there is no such role. */
    private List<String> excess(String role) throws SQLException {
        String name = Quoted.postgresName(role);
        List<String> statements = new ArrayList<>();
        List<String> cures = List.copyOf(EXCESSIVE.values());
        for (List<String> row : session.rows(ROLE, role)) {
            for (int i = 0; i < cures.size(); i++) {
                if (row.get(i).equals("t")) {
                    statements.add("ALTER ROLE " + name + " " + cures.get(i));
                }
            }
        }
        for (List<String> row : session.rows(MEMBERSHIPS, role)) {
            String by = row.get(1).isEmpty() ? "" : " GRANTED BY " + Quoted.postgresName(row.get(1));
            statements.add("REVOKE " + Quoted.postgresName(row.get(0)) + " FROM " + name + by);
        }
        return statements;
    }
}
