package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;

/** A MySQL or MariaDB server with TLS, whose master has what RDS's has: all but SUPER and the like, with GRANT OPTION. */
final class MySqlFixture implements AutoCloseable {

    static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:shop");

    /** A name that does harm where it is not quoted, and matches others where it is taken for a pattern. */
    static final String ODD = "`x``; DROP USER 'master'; -- %`";

    /** Access denied for a database, a table, a column, an operation or a routine. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143, 1227, 1370);

    final MySqlFamilyServer server;
    final Targets targets;
    final Endpoint endpoint;
    final Login master = new Login("master", Secret.of("master-password"));
    final MemorySecrets secrets = new MemorySecrets();

    /** Which server. */
    enum Version {
        /** The sandbox's. */
        MYSQL(Distribution.MYSQL),
        /** The sandbox's. */
        MARIADB(Distribution.MARIADB),
        /** Only with the profile {@code mysql-8.0.33}. */
        MYSQL_8_0_33(Distribution.MYSQL);

        private final Distribution distribution;

        Version(Distribution distribution) {
            this.distribution = distribution;
        }
    }

    MySqlFixture(Path folder, Version version) {
        Assumptions.assumeTrue(version.distribution.available(), "libaio is missing");
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        MySqlFamilyServer.Builder builder = MySqlFamilyServer.in(folder.resolve("my"), version.distribution)
                .forTests()
                .tls(authority.issue("my"));
        if (version == Version.MYSQL_8_0_33) {
            Path newer = Path.of("target/servers/mysql-8.0.33");
            Assumptions.assumeTrue(Files.isDirectory(newer), "the profile mysql-8.0.33 is off");
            builder.binaries(newer);
        }
        server = builder.start();
        targets = new Targets(Optional.of(authority.certificateFile()));
        endpoint = new Endpoint(server.engine(), "localhost", server.port(), "shop");
        // Nobody can take away what he does not have himself.
        String more = version == Version.MARIADB ? "DELETE HISTORY, SHOW CREATE ROUTINE, " : "";
        server.execute(
                "",
                "CREATE USER 'master'@'%' IDENTIFIED BY 'master-password'",
                "GRANT " + more
                        + "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
                        + " SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW,"
                        + " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO 'master'@'%'"
                        + " WITH GRANT OPTION");
        if (version == Version.MARIADB) {
            // What RDS's procedure rds_kill does there, done by the master itself here.
            server.execute("", "GRANT CONNECTION ADMIN ON *.* TO 'master'@'%'");
        } else {
            server.execute("", "GRANT CONNECTION_ADMIN ON *.* TO 'master'@'%'");
        }
        server.execute(
                "",
                "CREATE DATABASE shop",
                "CREATE TABLE shop.items (n int PRIMARY KEY, name varchar(20))",
                "CREATE PROCEDURE shop.routine() SELECT 1",
                "CREATE DATABASE `my_db`",
                "CREATE TABLE `my_db`.t (n int PRIMARY KEY)",
                "CREATE DATABASE `bäck\\slash 表`",
                "CREATE DATABASE " + ODD);
    }

    Roles roles() {
        return roles("hoop");
    }

    Roles roles(String prefix) {
        return new Roles(targets, secrets, InstantSource.system(), prefix, 3);
    }

    Roles.Outcome make() {
        return roles().make(SecretFolder.of(ARN), endpoint, master);
    }

    Planned plan() {
        return roles().plan(SecretFolder.of(ARN), endpoint, master);
    }

    Dropped drop() {
        return roles().drop(SecretFolder.of(ARN), endpoint, master);
    }

    Login login(String role) {
        return Credentials.login(
                secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    Connection connect(String role) {
        return targets.connect(endpoint, login(role), "");
    }

    /** Asserts that {@code sql} works, or is denied. */
    static void assertMay(Connection connection, String who, String sql, boolean allowed) {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            assertThat(allowed).as("%s may: %s", who, sql).isTrue();
        } catch (SQLException e) {
            assertThat(allowed).as("%s may: %s (%s)", who, sql, e.getMessage()).isFalse();
            assertThat(DENIED).as(sql + ": " + e.getMessage()).contains(e.getErrorCode());
        }
    }

    void assertMay(String role, String sql, boolean allowed) throws SQLException {
        try (Connection connection = connect(role)) {
            assertMay(connection, role, sql, allowed);
        }
    }

    void assertLogsIn(String role) {
        assertThat(targets.accepts(endpoint, login(role))).as(role).isTrue();
    }

    /** Every grant of the roles, as the server shows it. */
    List<String> grants() throws SQLException {
        List<String> all = new ArrayList<>();
        for (RoleKind role : RoleKind.ALL) {
            // MariaDB shows the password's hash here.
            rows("SHOW GRANTS FOR '" + role.name("hoop") + "'@'%'")
                    .forEach(row -> all.add(row.replaceAll("\\*[0-9A-F]{40}", "***")));
        }
        return all.stream().sorted().toList();
    }

    /** The grant tables whole, so also passwords and locks. */
    List<String> tables() throws SQLException {
        List<String> all = new ArrayList<>();
        for (String table : List.of("user", "db", "tables_priv", "columns_priv", "procs_priv", "proxies_priv")) {
            rows("SELECT * FROM mysql." + table).forEach(row -> all.add(table + " " + row));
        }
        return all.stream().sorted().toList();
    }

    List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect("")) {
            new SqlSession(connection, "", Script.planning()).rows(sql).forEach(row -> rows.add(String.join(" ", row)));
        }
        return rows;
    }

    @Override
    public void close() {
        server.close();
    }
}
