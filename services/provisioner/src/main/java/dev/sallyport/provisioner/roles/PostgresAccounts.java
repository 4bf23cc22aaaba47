package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The roles themselves, which belong to the whole server: made when missing; attributes and memberships that would give one
 * more than its table are taken away.
 */
final class PostgresAccounts {

    private static final Map<String, String> EXCESSIVE = Map.of(
            "rolsuper", "NOSUPERUSER",
            "rolcreaterole", "NOCREATEROLE",
            "rolcreatedb", "NOCREATEDB",
            "rolreplication", "NOREPLICATION",
            "rolbypassrls", "NOBYPASSRLS");

    private static final String ROLE = """
            SELECT r.*, r.rolvaliduntil < 'infinity' AS ends,
                   ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_auth_members m
                           JOIN pg_catalog.pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid) AS memberships
              FROM pg_catalog.pg_roles r WHERE r.rolname = ?""";

    private final Connection connection;

    PostgresAccounts(Connection connection) {
        this.connection = connection;
    }

    /**
     * Returns why the role may not be handed out, if it may not.
     *
     * @throws TargetException when a missing role cannot be made
     */
    Optional<String> bring(String role) throws SQLException {
        List<String> excess = excess(role);
        if (excess == null) {
            create(role);
            excess = excess(role);
        }
        @Nullable String reason = null;
        for (String sql : excess == null ? List.<String>of() : excess) {
            Optional<String> refusal = PostgresDatabase.tryTo(connection, sql);
            reason = refusal.orElse(reason);
        }
        List<String> left = excess(role);
        if (left == null || left.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("the role has more rights than it should, and the master cannot take them away (" + reason
                + "). As an administrator execute: " + String.join("; ", left));
    }

    private void create(String role) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Without a password nobody logs in.
            statement.execute("CREATE ROLE " + Quoted.postgresName(role) + " LOGIN");
        } catch (SQLException e) {
            if (!"42710".equals(e.getSQLState())) {
                throw TargetException.of("the role " + role + " cannot be made", e);
            }
        }
    }

    /** The statements that would make an ordinary role of it; null when there is no such role. */
    private @Nullable List<String> excess(String role) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ROLE)) {
            statement.setString(1, role);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? excess(row, role) : null;
            }
        }
    }

    private static List<String> excess(ResultSet row, String role) throws SQLException {
        String name = Quoted.postgresName(role);
        List<String> statements = new ArrayList<>();
        for (Map.Entry<String, String> attribute : EXCESSIVE.entrySet()) {
            if (row.getBoolean(attribute.getKey())) {
                statements.add("ALTER ROLE " + name + " " + attribute.getValue());
            }
        }
        if (!row.getBoolean("rolcanlogin")) {
            statements.add("ALTER ROLE " + name + " LOGIN");
        }
        if (row.getBoolean("ends")) {
            statements.add("ALTER ROLE " + name + " VALID UNTIL 'infinity'");
        }
        for (String group : (String[]) row.getArray("memberships").getArray()) {
            statements.add("REVOKE " + Quoted.postgresName(group) + " FROM " + name);
        }
        return statements;
    }
}
