package dev.sallyport.provisioner.roles;

import static dev.sallyport.provisioner.roles.MySqlFixture.ARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.provisioner.roles.MySqlFixture.Version;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.secrets.SecretStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Making the roles, planning, repeating, repairing and removing them, on real MySQL and MariaDB servers. */
class MySqlRolesIT {

    private static final List<String> NAMES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");

    @Nested
    class OnMySql extends MySqlCases {
        OnMySql() {
            super(Version.MYSQL);
        }
    }

    @Nested
    class OnMySqlNewer extends MySqlCases {
        OnMySqlNewer() {
            super(Version.MYSQL_8_0_33);
        }
    }

    @Nested
    class OnMariaDb extends Cases {
        OnMariaDb() {
            super(Version.MARIADB);
        }

        @Test
        void saysWhatPublicMayDo() {
            mysql.server.execute("", "GRANT INSERT ON shop.* TO PUBLIC");
            assertThat(make().results().getFirst().message())
                    .isEqualTo("everybody has privileges on `shop`, which were left as they are");
            mysql.server.execute("", "REVOKE INSERT ON shop.* FROM PUBLIC");
        }
    }

    /** What MariaDB does not have. */
    abstract static class MySqlCases extends Cases {

        MySqlCases(Version version) {
            super(version);
        }

        @Test
        void saysWhatEverybodyMayDo() {
            mysql.server.execute("", "CREATE ROLE house", "SET GLOBAL mandatory_roles = 'house'");
            assertThat(make().results().getFirst().message())
                    .isEqualTo("every user has the roles house (mandatory_roles), which were left as they are");
            mysql.server.execute("", "SET GLOBAL mandatory_roles = ''", "DROP ROLE house");
        }

        @Test
        void takesSchemasByTheirNamesWherePartialRevokesAreOn() throws SQLException {
            make();
            mysql.server.execute("", "SET GLOBAL partial_revokes = ON");
            make();
            assertThat(mysql.plan().drift()).isEmpty();
            assertThat(mysql.grants())
                    .contains("GRANT SELECT ON `my_db`.* TO `hoop_ro`@`%`")
                    .noneMatch(grant -> grant.contains("my\\_db"));
            mysql.assertMay("hoop_ro", "SELECT * FROM my_db.t", true);
            mysql.server.execute("", "SET GLOBAL partial_revokes = OFF");
            make();
            mysql.assertMay("hoop_ro", "SELECT * FROM my_db.t", true);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cases {

        private final Version version;
        private Path folder = Path.of(".");
        MySqlFixture mysql;

        Cases(Version version) {
            this.version = version;
        }

        @BeforeAll
        void start(@TempDir Path temporary) {
            folder = temporary;
            mysql = new MySqlFixture(folder, version);
        }

        @AfterAll
        void stop() {
            if (mysql != null) {
                mysql.close();
            }
        }

        @AfterEach
        void removeTheRoles() {
            Dropped dropped = mysql.drop();
            assertThat(dropped.complete()).as(dropped.toString()).isTrue();
        }

        Roles.Outcome make() {
            Roles.Outcome outcome = mysql.make();
            assertThat(outcome.results())
                    .allSatisfy(result ->
                            assertThat(result.status()).as(result.message()).isEqualTo(Job.Phase.COMPLETED));
            return outcome;
        }

        @Test
        void goesThroughEverySchemaThatIsNoSystems() {
            assertThat(make().databases())
                    .containsExactlyInAnyOrder("shop", "my_db", "bäck\\slash 表", "x`; DROP USER 'master'; -- %");
        }

        @Test
        void plansWhatItWouldDoAndChangesNothing() throws SQLException {
            List<String> before = mysql.tables();
            Planned plan = mysql.plan();
            assertThat(mysql.tables()).isEqualTo(before);
            assertThat(mysql.plan()).isEqualTo(plan);
            assertThat(plan.statements())
                    .extracting(PlannedStatement::sql)
                    .contains("GRANT SELECT ON `my\\_db`.* TO 'hoop_ro'@'%'")
                    .contains("CREATE USER IF NOT EXISTS 'hoop_ro'@'%' IDENTIFIED BY '***' REQUIRE SSL");
            assertThat(plan.statements())
                    .contains(
                            new PlannedStatement("", "ALTER USER 'hoop_ro'@'%' IDENTIFIED BY '***' REQUIRE SSL", true));
            assertThat(make().changes()).isEqualTo(plan.drift().size());
        }

        @Test
        void changesPasswordsAndNothingElseWhenRunAgain() throws SQLException {
            make();
            List<String> before = mysql.grants();
            Login old = mysql.login("hoop_ro");
            assertThat(mysql.plan().drift()).isEmpty();
            assertThat(make().changes()).isZero();
            assertThat(mysql.grants())
                    .isEqualTo(before)
                    .noneMatch(grant -> grant.matches("(?i)GRANT (?!USAGE).* ON \\*\\.\\*.*"));
            mysql.assertLogsIn("hoop_ro");
            assertThat(mysql.targets.accepts(mysql.endpoint, old)).isFalse();
        }

        @Test
        void takesBackWhatDrifted() throws SQLException {
            make();
            List<String> right = mysql.grants();
            mysql.server.execute(
                    "",
                    "CREATE ROLE grown",
                    "GRANT grown TO 'master'@'%' WITH ADMIN OPTION",
                    "GRANT grown TO 'hoop_ro'@'%'",
                    "GRANT PROCESS, CREATE USER, RELOAD ON *.* TO 'hoop_ro'@'%' WITH GRANT OPTION",
                    "GRANT DELETE, EXECUTE, CREATE TEMPORARY TABLES ON shop.* TO 'hoop_ro'@'%' WITH GRANT OPTION",
                    "GRANT SELECT, CREATE VIEW ON `%`.* TO 'hoop_ro'@'%'",
                    "GRANT INSERT, UPDATE ON shop.items TO 'hoop_ro'@'%' WITH GRANT OPTION",
                    "GRANT UPDATE (name) ON shop.items TO 'hoop_ro'@'%'",
                    "GRANT EXECUTE, ALTER ROUTINE ON PROCEDURE shop.routine TO 'hoop_ro'@'%' WITH GRANT OPTION",
                    "REVOKE SELECT ON `my\\_db`.* FROM 'hoop_ro'@'%'",
                    "REVOKE UPDATE, DELETE ON shop.* FROM 'hoop_rw'@'%'",
                    "ALTER USER 'hoop_rw'@'%' REQUIRE NONE",
                    "ALTER USER 'hoop_ddl'@'%' ACCOUNT LOCK");
            assertThat(mysql.plan().drift()).hasSizeGreaterThan(15);
            Roles.Outcome outcome = make();
            assertThat(outcome.results())
                    .allSatisfy(result -> assertThat(result.message()).isEmpty());
            assertThat(mysql.plan().drift()).isEmpty();
            assertThat(mysql.grants()).isEqualTo(right);
            NAMES.forEach(mysql::assertLogsIn);
            mysql.server.execute("", "DROP ROLE grown");
        }

        @Test
        void handsOutNoUserWhoseRightsItCannotTakeBack() {
            make();
            Login before = mysql.login("hoop_rw");
            mysql.server.execute("", "GRANT FILE ON *.* TO 'hoop_rw'@'%'");
            Roles.Outcome outcome = mysql.make();
            assertThat(outcome.results().get(1).status()).isEqualTo(Job.Phase.FAILED);
            assertThat(outcome.results().get(1).message())
                    .contains("As an administrator execute: REVOKE FILE ON *.* FROM 'hoop_rw'@'%'");
            assertThat(mysql.login("hoop_rw")).isEqualTo(before);
        }

        @Test
        void quotesWhateverItsUsersAreCalled() throws SQLException {
            String prefix = "x'; DROP USER master; -- ";
            Roles roles = mysql.roles(prefix);
            assertThat(roles.make(SecretFolder.of(ARN), mysql.endpoint, mysql.master)
                            .complete())
                    .isTrue();
            assertThat(roles.plan(SecretFolder.of(ARN), mysql.endpoint, mysql.master)
                            .drift())
                    .isEmpty();
            mysql.assertMay(prefix + "_ro", "SELECT * FROM shop.items", true);
            mysql.assertMay(prefix + "_ro", "DELETE FROM shop.items", false);
            assertThat(roles.drop(SecretFolder.of(ARN), mysql.endpoint, mysql.master)
                            .complete())
                    .isTrue();
        }

        @Test
        void leavesTheOldCredentialsWorkingWhenTheStoreFailsHalfway() {
            make();
            for (BrokenSecrets.Breaks when : BrokenSecrets.Breaks.values()) {
                BrokenSecrets broken = new BrokenSecrets(mysql.secrets, "/hoop_rw", when);
                Roles roles = new Roles(mysql.targets, broken, InstantSource.system(), "hoop", 3);
                assertThatExceptionOfType(SecretStoreException.class)
                        .isThrownBy(() -> roles.make(SecretFolder.of(ARN), mysql.endpoint, mysql.master));
                NAMES.forEach(mysql::assertLogsIn);
            }
            make();
            NAMES.forEach(mysql::assertLogsIn);
        }

        @Test
        void requiresTlsOfItsUsers() throws SQLException {
            make();
            assertThat(mysql.rows("SELECT User FROM mysql.user WHERE User LIKE 'hoop%' AND ssl_type = 'ANY'"))
                    .hasSize(3);
        }

        @Test
        void keepsPasswordsOutOfTheServersLog() throws IOException {
            Path log = folder.resolve("general.log");
            mysql.server.execute("", "SET GLOBAL general_log_file = '" + log + "'", "SET GLOBAL general_log = 'ON'");
            make();
            mysql.server.execute("", "SET GLOBAL general_log = 'OFF'");
            String text = Files.readString(log);
            assertThat(text).contains("ALTER USER 'hoop_ro'@'%'");
            for (String role : NAMES) {
                assertThat(text.contains(mysql.login(role).password().reveal())).isFalse();
            }
        }

        @Test
        void removesTheUsersWithAllTheirPrivileges() throws SQLException {
            List<String> before = mysql.tables();
            make();
            Planned plan = mysql.roles().planDrop(SecretFolder.of(ARN), mysql.endpoint, mysql.master);
            NAMES.forEach(mysql::assertLogsIn);
            assertThat(plan.statements())
                    .extracting(PlannedStatement::sql)
                    .contains("ALTER USER 'hoop_ro'@'%' ACCOUNT LOCK", "DROP USER 'hoop_ro'@'%'");
            assertThat(mysql.drop().complete()).isTrue();
            assertThat(mysql.tables()).isEqualTo(before);
            assertThat(mysql.secrets.current(Credentials.secretId(ARN, "hoop_ro")))
                    .isEmpty();
            assertThat(mysql.drop().roles()).extracting(Dropped.Role::end).containsOnly(Dropped.End.ABSENT);
        }

        @Test
        void endsTheSessionsOfAUserThatItRemoves() throws SQLException {
            make();
            try (Connection session = mysql.connect("hoop_ro");
                    Statement statement = session.createStatement()) {
                assertThat(mysql.drop().complete()).isTrue();
                assertThatExceptionOfType(SQLException.class).isThrownBy(() -> statement.execute("SELECT 1"));
            }
        }

        @Test
        void leavesAUserLockedThatSomethingRunsAs() throws SQLException {
            make();
            mysql.server.execute(
                    "",
                    "CREATE DEFINER = 'hoop_ro'@'%' VIEW shop.defined AS SELECT n FROM shop.items",
                    "CREATE DEFINER = 'hoop_ro'@'%' PROCEDURE my_db.defined() SELECT 1",
                    "CREATE DEFINER = 'hoop_ro'@'%' TRIGGER shop.defined BEFORE INSERT ON shop.items FOR EACH ROW SET @a = 1",
                    "CREATE DEFINER = 'hoop_ro'@'%' EVENT shop.defined ON SCHEDULE EVERY 1 DAY DO SELECT 1");
            Login login = mysql.login("hoop_ro");
            Dropped dropped = mysql.drop();
            assertThat(dropped.roles())
                    .extracting(Dropped.Role::end)
                    .containsExactly(Dropped.End.LEFT, Dropped.End.DROPPED, Dropped.End.DROPPED);
            assertThat(dropped.roles().getFirst().notes())
                    .hasSize(4)
                    .contains("view `shop`.`defined` runs with its rights (DEFINER) and would break:"
                            + " give it another definer first");
            assertThatExceptionOfType(Exception.class)
                    .isThrownBy(() -> mysql.targets.connect(mysql.endpoint, login, ""));
            assertThat(mysql.rows("SELECT count(*) FROM shop.defined")).containsExactly("0");
            mysql.server.execute(
                    "",
                    "DROP VIEW shop.defined",
                    "DROP PROCEDURE my_db.defined",
                    "DROP TRIGGER shop.defined",
                    "DROP EVENT shop.defined");
        }
    }
}
