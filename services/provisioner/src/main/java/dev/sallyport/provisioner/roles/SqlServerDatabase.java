package dev.sallyport.provisioner.roles;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** One role in one database: a user of its login, in exactly the database roles that it should be in. */
final class SqlServerDatabase {

    private final SqlServerSession session;
    private final RoleKind role;
    private final String name;
    private final Notes notes;

    SqlServerDatabase(SqlServerSession session, RoleKind role, String name, Notes notes) {
        this.session = session;
        this.role = role;
        this.name = name;
        this.notes = notes;
    }

    /**
     * A user as it is found.
     *
     * @param login the name of the login that it belongs to; empty for none
     */
    private record User(String principalId, String name, String type, String login) {}

    /** @param sid of the login, in hexadecimal; empty in a plan for a login that is not made yet */
    void bring(String sid) throws SQLException {
        Optional<User> belonging = sid.isEmpty() ? Optional.empty() : find("sid = 0x" + sid);
        if (belonging.isPresent()) {
            // Whatever it is called, it is the login's.
            memberships(belonging.get());
            permissions(belonging.get());
            return;
        }
        Optional<User> namesake = find("name = " + Quoted.sqlServerText(name));
        if (namesake.isPresent() && !namesake.get().type().equals("S")) {
            note("the name " + name + " is taken by something that is no user");
        } else if (namesake.isPresent() && !namesake.get().login().isEmpty()) {
            note("the user " + name + " belongs to the login " + namesake.get().login() + " and was left as it is");
        } else {
            make(namesake.isPresent());
        }
    }

    private Optional<User> find(String condition) throws SQLException {
        return session
                .rows("SELECT principal_id, name, type, SUSER_SNAME(sid) AS login_name FROM sys.database_principals"
                        + " WHERE " + condition)
                .stream()
                .map(row ->
                        new User(row.get(0), row.get(1), row.get(2), row.get(3).equals("null") ? "" : row.get(3)))
                .findFirst();
    }

    /** @param orphaned its user is there and has lost its login: from a restored copy, or the login was dropped */
    private void make(boolean orphaned) throws SQLException {
        String user = Quoted.sqlServerName(name);
        Optional<String> refusal = session.run(
                orphaned
                        ? "ALTER USER " + user + " WITH LOGIN = " + user
                        : "CREATE USER " + user + " FOR LOGIN " + user + " WITH DEFAULT_SCHEMA = [dbo]");
        if (refusal.isPresent()) {
            note("no user could be made for the login: " + refusal.get());
            return;
        }
        Optional<User> made = find("name = " + Quoted.sqlServerText(name));
        if (made.isPresent()) {
            memberships(made.get());
            permissions(made.get());
        } else {
            memberships(new User("", name, "S", name));
        }
    }

    private void memberships(User user) throws SQLException {
        Set<String> wanted = Privileges.sqlServerDatabaseRoles(role);
        Set<String> held = new TreeSet<>();
        if (!user.principalId().isEmpty()) {
            session.rows("SELECT USER_NAME(role_principal_id) AS role_name FROM sys.database_role_members"
                            + " WHERE member_principal_id = " + user.principalId())
                    .forEach(row -> held.add(row.getFirst()));
        }
        for (String each : held) {
            if (!wanted.contains(each)) {
                take(
                        "ALTER ROLE " + Quoted.sqlServerName(each) + " DROP MEMBER "
                                + Quoted.sqlServerName(user.name()),
                        "membership of " + each);
            }
        }
        for (String each : new TreeSet<>(wanted)) {
            if (!held.contains(each)) {
                change("ALTER ROLE " + Quoted.sqlServerName(each) + " ADD MEMBER " + Quoted.sqlServerName(user.name()));
            }
        }
    }

    private void permissions(User user) throws SQLException {
        boolean connects = false;
        for (SqlServerPermission each : SqlServerPermission.inDatabase(session, user.principalId())) {
            if (each.isLogin()) {
                connects = !each.denied();
            } else if (each.known()) {
                take(each.revocation(user.name()), each.text());
            } else {
                note("left as it is: " + each.text());
            }
        }
        if (!connects) {
            change("GRANT CONNECT TO " + Quoted.sqlServerName(user.name()));
        }
    }

    private void take(String sql, String what) {
        Optional<String> refusal = session.run(sql);
        if (refusal.isPresent()) {
            note("not done: " + sql + ": " + refusal.get());
        } else if (!session.script().isPlan()) {
            note("taken away: " + what);
        }
    }

    private void change(String sql) {
        session.run(sql).ifPresent(reason -> note("not done: " + sql + ": " + reason));
    }

    private void note(String what) {
        notes.add(role, "database " + session.database() + ": " + what);
    }
}
