package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The roles of a MySQL or MariaDB instance: users of any host, with privileges per schema and never on all of them. */
final class MySqlRoles implements EngineRoles {

    /** The server's own, and RDS's. */
    private static final Set<String> SYSTEM_SCHEMAS =
            Set.of("mysql", "information_schema", "performance_schema", "sys", "innodb", "tmp");

    private final Targets targets;
    private final Endpoint endpoint;
    private final Login master;
    private final String prefix;

    MySqlRoles(Targets targets, Endpoint endpoint, Login master, String prefix) {
        this.targets = targets;
        this.endpoint = endpoint;
        this.master = master;
        this.prefix = prefix;
    }

    @Override
    public Made make() {
        Notes notes = new Notes();
        try (Connection connection = targets.connect(endpoint, master, "")) {
            List<String> schemas = schemas(connection);
            for (RoleKind role : RoleKind.ALL) {
                String name = role.name(prefix);
                create(connection, name);
                noteNamesakes(connection, role, name, notes);
                new MySqlGrants(connection, endpoint.engine(), role, name, notes).bring(schemas);
            }
            return new Made(schemas, notes.perRole(), Map.of());
        } catch (SQLException e) {
            throw TargetException.of("the roles cannot be made", e);
        }
    }

    @Override
    public void setPassword(RoleKind role, Secret password) {
        String name = role.name(prefix);
        try (Connection connection = targets.connect(endpoint, master, "")) {
            execute(connection, "ALTER USER " + user(name) + identified(password) + requireTls(connection), name);
        } catch (SQLException e) {
            throw TargetException.of("the password of " + name + " cannot be set", e);
        }
    }

    static String user(String name) {
        return Quoted.text(name) + "@'%'";
    }

    private void create(Connection connection, String name) throws SQLException {
        // The password is thrown away: until one is set, nobody logs in.
        String sql = "CREATE USER IF NOT EXISTS " + user(name) + identified(Credentials.newPassword());
        execute(connection, sql + requireTls(connection), name);
    }

    /**
     * MariaDB writes a statement to its logs as it is, so it gets the hash: SHA1(SHA1(password)), which tells nothing about
     * 190 random bits. MySQL replaces passwords before it logs (manual, 8.1.2.3 "Passwords and Logging").
     */
    private String identified(Secret password) {
        return endpoint.engine() == Engine.MARIADB
                ? " IDENTIFIED VIA mysql_native_password USING '" + nativeHash(password) + "'"
                : " IDENTIFIED BY " + Quoted.text(password.reveal());
    }

    static String nativeHash(Secret password) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] once = sha1.digest(password.reveal().getBytes(StandardCharsets.UTF_8));
            return "*" + HexFormat.of().withUpperCase().formatHex(sha1.digest(once));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no SHA-1", e);
        }
    }

    /** The server has TLS when it speaks it with us. */
    private static String requireTls(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) {
            return row.next() && !row.getString(2).isEmpty() ? " REQUIRE SSL" : "";
        }
    }

    private static void execute(Connection connection, String sql, String name) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw TargetException.withoutText("the user " + name + " cannot be made or changed", e);
        }
    }

    /** A user of the same name for certain hosts comes before ours when somebody logs in from there. */
    private static void noteNamesakes(Connection connection, RoleKind role, String name, Notes notes)
            throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT Host FROM mysql.user WHERE User = " + Quoted.text(name) + " AND Host <> '%'")) {
            while (row.next()) {
                notes.add(role, "the user '" + name + "'@'" + row.getString(1) + "' exists too and was left as it is");
            }
        }
    }

    private static List<String> schemas(Connection connection) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME")) {
            while (row.next()) {
                if (!SYSTEM_SCHEMAS.contains(row.getString(1).toLowerCase(Locale.ROOT))) {
                    names.add(row.getString(1));
                }
            }
        }
        return names;
    }
}
