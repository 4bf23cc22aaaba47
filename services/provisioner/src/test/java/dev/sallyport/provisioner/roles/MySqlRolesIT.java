package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of privileges on real servers. The master has what RDS's has: all but SUPER and the like, with GRANT OPTION. */
class MySqlRolesIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:shop");

    /** Access denied for a database, a table, a column or an operation. */
    private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143, 1227);

    @Nested
    class OnMySql extends Cells {
        OnMySql() {
            super(Distribution.MYSQL);
        }
    }

    @Nested
    class OnMariaDb extends Cells {
        OnMariaDb() {
            super(Distribution.MARIADB);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cells {

        private final Distribution distribution;

        private Path folder = Path.of(".");
        private MySqlFamilyServer server;
        private Targets targets;
        private Endpoint endpoint;
        private Login master;
        private MemorySecrets secrets = new MemorySecrets();

        Cells(Distribution distribution) {
            this.distribution = distribution;
        }

        @BeforeAll
        void start(@TempDir Path temporary) {
            folder = temporary;
            Assumptions.assumeTrue(distribution.available(), "libaio is missing");
            LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
            server = MySqlFamilyServer.in(folder.resolve("my"), distribution)
                    .forTests()
                    .tls(authority.issue("my"))
                    .start();
            targets = new Targets(Optional.of(authority.certificateFile()));
            endpoint = new Endpoint(server.engine(), "localhost", server.port(), "shop");
            master = new Login("master", Secret.of("master-password"));
            // Nobody can take away what he does not have himself.
            String more = distribution == Distribution.MARIADB ? "DELETE HISTORY, SHOW CREATE ROUTINE, " : "";
            server.execute(
                    "",
                    "CREATE USER 'master'@'%' IDENTIFIED BY 'master-password'",
                    "GRANT " + more
                            + "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
                            + " SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW,"
                            + " CREATE ROUTINE, ALTER ROUTINE, CREATE USER, EVENT, TRIGGER ON *.* TO 'master'@'%'"
                            + " WITH GRANT OPTION",
                    "CREATE DATABASE shop",
                    "CREATE TABLE shop.items (id int PRIMARY KEY, name varchar(20))",
                    "CREATE DATABASE `my_db`",
                    "CREATE TABLE `my_db`.t (n int)",
                    "CREATE DATABASE `x``; DROP USER 'master'; -- %`",
                    "CREATE TABLE `x``; DROP USER 'master'; -- %`.t (n int)");
        }

        @AfterAll
        void stop() {
            if (server != null) {
                server.close();
            }
        }

        @BeforeEach
        void forget() {
            secrets = new MemorySecrets();
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                SELECT count(*) FROM shop.items                              | yes | yes | yes
                SELECT * FROM `x``; DROP USER 'master'; -- %`.t              | yes | yes | yes
                INSERT INTO my_db.t VALUES (1)                               | no  | yes | yes
                UPDATE shop.items SET name = 'x' WHERE id = 0                | no  | yes | yes
                DELETE FROM shop.items WHERE id = 0                          | no  | yes | yes
                CREATE TABLE shop.mine (n int)                               | no  | no  | yes
                ALTER TABLE shop.mine ADD COLUMN more int                    | no  | no  | yes
                DROP TABLE shop.mine                                         | no  | no  | yes
                CREATE VIEW shop.v AS SELECT 1                               | no  | no  | no
                CREATE DATABASE mine                                         | no  | no  | no
                CREATE USER mine                                             | no  | no  | no
                SELECT * FROM mysql.user                                     | no  | no  | no
                """)
        void allowsWhatTheTableSaysAndNothingElse(String sql, String ro, String rw, String ddl) throws SQLException {
            make();
            if (sql.startsWith("ALTER TABLE") || sql.startsWith("DROP TABLE")) {
                server.execute("", "CREATE TABLE IF NOT EXISTS shop.mine (n int)");
            }
            assertMay("hoop_ro", sql, ro.equals("yes"));
            assertMay("hoop_rw", sql, rw.equals("yes"));
            assertMay("hoop_ddl", sql, ddl.equals("yes"));
            server.execute("", "DROP TABLE IF EXISTS shop.mine");
        }

        @Test
        void grantsNothingOnASchemaWhoseNameOnlyLooksAlike() throws SQLException {
            make();
            server.execute("", "CREATE DATABASE myxdb", "CREATE TABLE myxdb.t (n int)");
            assertMay("hoop_ro", "SELECT * FROM myxdb.t", false);
            server.execute("", "DROP DATABASE myxdb");
        }

        @Test
        void changesPasswordsAndNothingElseWhenRunAgain() throws SQLException {
            make();
            List<String> before = grants();
            Login old = login("hoop_ro");
            make();
            assertThat(grants())
                    .isEqualTo(before)
                    .noneMatch(grant -> grant.matches("(?i)GRANT (?!USAGE).* ON \\*\\.\\*.*"));
            assertThat(targets.accepts(endpoint, login("hoop_ro"))).isTrue();
            assertThat(targets.accepts(endpoint, old)).isFalse();
        }

        @Test
        void plansWhatItWouldDoAndChangesNothing() throws SQLException {
            roles().drop(ARN, endpoint, master);
            Planned plan = roles().plan(ARN, endpoint, master);
            assertThat(roles().plan(ARN, endpoint, master)).isEqualTo(plan);
            assertThat(make().changes()).isEqualTo(plan.drift().size());
            assertThat(roles().plan(ARN, endpoint, master).drift()).isEmpty();
            assertThat(make().changes()).isZero();
        }

        @Test
        void dropsTheUsersUnlessSomethingRunsWithTheirRights() throws SQLException {
            make();
            server.execute("", "CREATE DEFINER = 'hoop_ro'@'%' VIEW shop.defined AS SELECT id FROM shop.items");
            Dropped left = roles().drop(ARN, endpoint, master);
            assertThat(left.roles().getFirst().end()).isEqualTo(Dropped.End.LEFT);
            assertThat(left.roles().getFirst().notes().getFirst()).contains("view `shop`.`defined`");
            server.execute("", "DROP VIEW shop.defined");
            assertThat(roles().drop(ARN, endpoint, master).complete()).isTrue();
            assertThat(roles().drop(ARN, endpoint, master).roles())
                    .extracting(Dropped.Role::end)
                    .containsOnly(Dropped.End.ABSENT);
        }

        @Test
        void takesBackWhatDrifted() throws SQLException {
            make();
            List<String> right = grants();
            server.execute(
                    "",
                    "GRANT PROCESS ON *.* TO 'hoop_ro'@'%'",
                    "GRANT DELETE ON shop.* TO 'hoop_ro'@'%' WITH GRANT OPTION",
                    "GRANT ALL ON mysql.* TO 'hoop_ro'@'%'",
                    "GRANT INSERT ON shop.items TO 'hoop_ro'@'%'",
                    "GRANT UPDATE (name) ON shop.items TO 'hoop_ro'@'%'",
                    "REVOKE SELECT ON `my\\_db`.* FROM 'hoop_ro'@'%'");
            Roles.Outcome outcome = make();
            assertThat(grants()).isEqualTo(right);
            assertThat(outcome.results().getFirst().message()).isEmpty();
        }

        @Test
        void requiresTlsOfItsUsers() throws SQLException {
            make();
            try (Connection connection = server.connect("");
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT count(*) FROM mysql.user WHERE User LIKE 'hoop%' AND ssl_type = 'ANY'")) {
                row.next();
                assertThat(row.getInt(1)).isEqualTo(3);
            }
        }

        @Test
        void keepsPasswordsOutOfTheServersLog() throws IOException {
            Path log = folder.resolve("general.log");
            server.execute("", "SET GLOBAL general_log_file = '" + log + "'", "SET GLOBAL general_log = 'ON'");
            make();
            server.execute("", "SET GLOBAL general_log = 'OFF'");
            String text = Files.readString(log);
            assertThat(text).contains("ALTER USER 'hoop_ro'@'%'");
            for (String role : List.of("hoop_ro", "hoop_rw", "hoop_ddl")) {
                assertThat(text.contains(login(role).password().reveal())).isFalse();
            }
        }

        private Roles.Outcome make() {
            Roles.Outcome outcome = roles().make(ARN, endpoint, master);
            assertThat(outcome.results())
                    .allSatisfy(result ->
                            assertThat(result.status()).as(result.message()).isEqualTo(Job.Phase.COMPLETED));
            assertThat(outcome.databases()).containsExactlyInAnyOrder("shop", "my_db", "x`; DROP USER 'master'; -- %");
            return outcome;
        }

        private Roles roles() {
            return new Roles(targets, secrets, InstantSource.system(), "hoop", 3);
        }

        private Login login(String role) {
            return Credentials.login(
                    secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
        }

        private void assertMay(String role, String sql, boolean allowed) throws SQLException {
            try (Connection connection = targets.connect(endpoint, login(role), "");
                    Statement statement = connection.createStatement()) {
                try {
                    statement.execute(sql);
                    assertThat(allowed).as("%s may: %s", role, sql).isTrue();
                } catch (SQLException e) {
                    assertThat(allowed)
                            .as("%s may: %s (%s)", role, sql, e.getMessage())
                            .isFalse();
                    assertThat(DENIED).contains(e.getErrorCode());
                }
            }
        }

        private List<String> grants() throws SQLException {
            List<String> all = new ArrayList<>();
            try (Connection connection = server.connect("");
                    Statement statement = connection.createStatement()) {
                for (RoleKind role : RoleKind.ALL) {
                    try (ResultSet row = statement.executeQuery("SHOW GRANTS FOR '" + role.name("hoop") + "'@'%'")) {
                        while (row.next()) {
                            // MariaDB shows the password's hash here.
                            all.add(row.getString(1).replaceAll("\\*[0-9A-F]{40}", "***"));
                        }
                    }
                }
            }
            return all.stream().sorted().toList();
        }
    }
}
