package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.TargetException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The logins: made when missing, enabled, with no rights on the server but to log in, and their passwords. */
final class SqlServerLogins {

    static final String DEFAULT_DATABASE = "master";

    private static final String HIDDEN = "PASSWORD = N'***'";
    private static final String OPTIONS =
            "DEFAULT_DATABASE = [" + DEFAULT_DATABASE + "], CHECK_EXPIRATION = OFF, CHECK_POLICY = ON";

    private final SqlServerSession session;

    SqlServerLogins(SqlServerSession session) {
        this.session = session;
    }

    /**
     * A login as it is found.
     *
     * @param sid in hexadecimal
     */
    record Found(String principalId, String sid, boolean disabled) {}

    /**
     * Returns why the login may not be handed out: it is something else, or has more rights on the server than to log in and
     * they cannot be taken away.
     */
    Optional<String> bring(RoleKind role, String name, Notes notes) throws SQLException {
        if (taken(name)) {
            return Optional.of(name + " exists and is no SQL login");
        }
        Optional<Found> found = find(name);
        if (found.isEmpty()) {
            create(name);
            return Optional.empty();
        }
        if (found.get().disabled()) {
            alter(role, name, " ENABLE", notes);
        }
        if (!optionsAreRight(name)) {
            alter(role, name, " WITH " + OPTIONS, notes);
        }
        return takeRights(role, name, found.get(), notes);
    }

    Optional<Found> find(String name) throws SQLException {
        return session
                .rows("SELECT principal_id, sid, is_disabled FROM sys.server_principals WHERE type = 'S' AND name = "
                        + Quoted.sqlServerText(name))
                .stream()
                .map(row -> new Found(row.get(0), row.get(1), row.get(2).equals("1")))
                .findFirst();
    }

    void setPassword(String name, Secret password) {
        String before = "ALTER LOGIN " + Quoted.sqlServerName(name) + " WITH ";
        session.script()
                .setPassword(DEFAULT_DATABASE, before + HIDDEN, () -> execute(before + passwordIs(password), name));
    }

    private boolean taken(String name) throws SQLException {
        return !session.rows("SELECT name FROM sys.server_principals WHERE type <> 'S' AND name = "
                        + Quoted.sqlServerText(name))
                .isEmpty();
    }

    private boolean optionsAreRight(String name) throws SQLException {
        return session
                .rows("SELECT is_policy_checked, is_expiration_checked, default_database_name FROM sys.sql_logins"
                        + " WHERE name = " + Quoted.sqlServerText(name))
                .stream()
                .allMatch(List.of("1", "0", DEFAULT_DATABASE)::equals);
    }

    private void create(String name) {
        String before = "CREATE LOGIN " + Quoted.sqlServerName(name) + " WITH ";
        session.script().run(DEFAULT_DATABASE, before + HIDDEN + ", " + OPTIONS, () -> {
            // The password is thrown away: until one is set, nobody logs in.
            execute(before + passwordIs(Credentials.newPassword()) + ", " + OPTIONS, name);
            return Optional.empty();
        });
    }

    private void alter(RoleKind role, String name, String what, Notes notes) {
        String sql = "ALTER LOGIN " + Quoted.sqlServerName(name) + what;
        session.run(sql).ifPresent(reason -> notes.add(role, "not done: " + sql + ": " + reason));
    }

    private Optional<String> takeRights(RoleKind role, String name, Found login, Notes notes) throws SQLException {
        Optional<String> refusal = leaveServerRoles(role, name, login, notes);
        for (SqlServerPermission each : SqlServerPermission.onServer(session, login.principalId())) {
            if (each.isLogin()) {
                if (each.denied()) {
                    change(role, "GRANT CONNECT SQL TO " + Quoted.sqlServerName(name), notes);
                }
                continue;
            }
            refusal = refusal.or(() -> take(role, name, each.revocation(name), each.text(), notes));
        }
        return refusal;
    }

    private Optional<String> leaveServerRoles(RoleKind role, String name, Found login, Notes notes)
            throws SQLException {
        Optional<String> refusal = Optional.empty();
        for (List<String> row : session.rows("SELECT SUSER_NAME(role_principal_id) AS role_name"
                + " FROM sys.server_role_members WHERE member_principal_id = " + login.principalId())) {
            String sql = "ALTER SERVER ROLE " + Quoted.sqlServerName(row.getFirst()) + " DROP MEMBER "
                    + Quoted.sqlServerName(name);
            Optional<String> kept = take(role, name, sql, "membership of the server role " + row.getFirst(), notes);
            refusal = refusal.or(() -> kept);
        }
        return refusal;
    }

    private Optional<String> take(RoleKind role, String name, String sql, String what, Notes notes) {
        Optional<String> reason = session.run(sql);
        if (reason.isEmpty() && !session.script().isPlan()) {
            notes.add(role, "taken away: " + what);
        }
        return reason.map(
                why -> name + " has a right on the whole server that cannot be taken away (" + what + "): " + why);
    }

    private void change(RoleKind role, String sql, Notes notes) {
        session.run(sql).ifPresent(reason -> notes.add(role, "not done: " + sql + ": " + reason));
    }

    private static String passwordIs(Secret password) {
        return "PASSWORD = " + Quoted.sqlServerText(password.reveal());
    }

    private void execute(String sql, String name) {
        try {
            session.connection().execute(sql);
        } catch (SQLException e) {
            throw TargetException.withoutText("the login " + name + " cannot be made or changed", e);
        }
    }
}
