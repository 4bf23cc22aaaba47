package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.TargetException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The users themselves: made when missing, with TLS asked of them where the server has it, unlocked, and their passwords. */
final class MySqlAccounts {

    private static final String HIDDEN = " IDENTIFIED BY '***'";

    private final SqlSession session;
    private final Engine engine;

    MySqlAccounts(SqlSession session, Engine engine) {
        this.session = session;
        this.engine = engine;
    }

    static String user(String name) {
        return Quoted.text(name) + "@'%'";
    }

    void bring(RoleKind role, String name, Notes notes) throws SQLException {
        noteNamesakes(role, name, notes);
        List<List<String>> found =
                session.rows("SELECT ssl_type FROM mysql.user WHERE Host = '%' AND User = " + Quoted.text(name));
        if (found.isEmpty()) {
            create(name);
            return;
        }
        if (found.getFirst().getFirst().isEmpty() && !requireTls().isEmpty()) {
            alter(role, name, requireTls(), notes);
        }
        if (locked(name)) {
            alter(role, name, " ACCOUNT UNLOCK", notes);
        }
    }

    void setPassword(String name, Secret password) throws SQLException {
        String before = "ALTER USER " + user(name);
        String after = requireTls();
        session.script()
                .setPassword("", before + HIDDEN + after, () -> execute(before + identified(password) + after, name));
    }

    boolean locked(String name) throws SQLException {
        String sql = engine == Engine.MARIADB
                ? "SELECT coalesce(json_value(Priv, '$.account_locked'), 'false') FROM mysql.global_priv"
                : "SELECT account_locked FROM mysql.user";
        return session.rows(sql + " WHERE Host = '%' AND User = " + Quoted.text(name)).stream()
                .map(List::getFirst)
                .anyMatch(locked -> locked.equals("Y") || locked.equals("1") || locked.equals("true"));
    }

    private void create(String name) throws SQLException {
        String before = "CREATE USER IF NOT EXISTS " + user(name);
        String after = requireTls();
        session.script().run("", before + HIDDEN + after, () -> {
            // The password is thrown away: until one is set, nobody logs in.
            execute(before + identified(Credentials.newPassword()) + after, name);
            return Optional.empty();
        });
    }

    private void alter(RoleKind role, String name, String what, Notes notes) {
        String sql = "ALTER USER " + user(name) + what;
        session.run(sql).ifPresent(reason -> notes.add(role, "not done: " + sql + ": " + reason));
    }

    /**
     * MariaDB writes a statement to its logs as it is, so it gets the hash: SHA1(SHA1(password)), which tells nothing about
     * 190 random bits. MySQL replaces passwords before it logs (manual, 8.1.2.3 "Passwords and Logging").
     */
    private String identified(Secret password) {
        return engine == Engine.MARIADB
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
    private String requireTls() throws SQLException {
        return session.rows("SHOW SESSION STATUS LIKE 'Ssl_cipher'").stream()
                        .allMatch(row -> row.get(1).isEmpty())
                ? ""
                : " REQUIRE SSL";
    }

    private void execute(String sql, String name) {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw TargetException.withoutText("the user " + name + " cannot be made or changed", e);
        }
    }

    /** A user of the same name for certain hosts comes before ours when somebody logs in from there. */
    private void noteNamesakes(RoleKind role, String name, Notes notes) throws SQLException {
        String sql = "SELECT Host FROM mysql.user WHERE Host <> '%' AND User = " + Quoted.text(name);
        for (List<String> row : session.rows(sql)) {
            notes.add(role, "the user '" + name + "'@'" + row.getFirst() + "' exists too and was left as it is");
        }
    }
}
