package dev.sallyport.provisioner.roles;

import static dev.sallyport.provisioner.roles.PostgresFixture.ARN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.roles.PostgresFixture.Version;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.secrets.SecretStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Making the roles, planning, repeating, repairing and removing them, on real PostgreSQL servers. */
class PostgresRolesIT {

    private static final List<String> NAMES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");

    @Nested
    class OnPostgres18 extends Cases {
        OnPostgres18() {
            super(Version.V18);
        }
    }

    @Nested
    class OnPostgres17 extends Cases {
        OnPostgres17() {
            super(Version.V17);
        }
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Cases {

        private final Version version;
        private Path folder = Path.of(".");
        private PostgresFixture postgres;

        Cases(Version version) {
            this.version = version;
        }

        @BeforeAll
        void start(@TempDir Path temporary) {
            folder = temporary;
            postgres = new PostgresFixture(folder, version);
            postgres.as(
                    "master",
                    "CREATE TABLE items (id serial PRIMARY KEY, name text)",
                    "CREATE TABLE parent (id int PRIMARY KEY)",
                    "CREATE SCHEMA \"My Schema\"",
                    "CREATE TYPE mood AS ENUM ('glad')",
                    "CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1'",
                    "SELECT lo_create(4711)");
            postgres.as("app", "CREATE TABLE app_items (n int)");
            postgres.as("stranger", "CREATE TABLE strange (n int)");
            postgres.server.execute(
                    "postgres",
                    "CREATE DATABASE closed OWNER master ALLOW_CONNECTIONS false",
                    "CREATE DATABASE \"Ünï \"\"db\" OWNER master",
                    "CREATE DATABASE \"a?b&c=d/e%20+#;\" OWNER master");
        }

        @AfterAll
        void stop() {
            postgres.close();
        }

        @AfterEach
        void removeTheRoles() {
            postgres.server.execute("postgres", "ALTER DATABASE closed ALLOW_CONNECTIONS true");
            Dropped dropped = postgres.drop();
            postgres.server.execute("postgres", "ALTER DATABASE closed ALLOW_CONNECTIONS false");
            assertThat(dropped.complete()).as(dropped.toString()).isTrue();
        }

        @Test
        void saysWhatWasSkippedAndGoesOn() {
            Roles.Outcome outcome = postgres.make();
            assertThat(outcome.databases()).containsExactly("a?b&c=d/e%20+#;", "orders", "postgres", "Ünï \"db");
            assertThat(outcome.results()).extracting(Job.RoleResult::userRole).containsExactlyElementsOf(NAMES);
            assertThat(outcome.results().getFirst().message())
                    .contains("SELECT on table public.strange was not granted: only stranger can")
                    .contains("database closed: skipped, it allows no connections")
                    .contains("tables that stranger makes from now on are not covered");
            assertThat(outcome.results().getFirst().credentialsInfo())
                    .isEqualTo(new Job.CredentialsInfo(
                            "database", "dbroles/111111111111/us-west-2/orders/hoop_ro", Credentials.KEYS));
        }

        @Test
        void saysWhatEverybodyMayDo() {
            postgres.as("master", "GRANT INSERT ON items TO PUBLIC");
            assertThat(postgres.make().results().getFirst().message())
                    .contains("everybody (PUBLIC) has INSERT on table public.items, which was left as it is");
            postgres.as("master", "REVOKE INSERT ON items FROM PUBLIC");
        }

        @Test
        void plansWhatItWouldDoAndChangesNothing() throws SQLException {
            List<String> before = postgres.catalogs();
            List<String> passwords = postgres.passwords();
            Planned plan = postgres.plan();
            assertThat(postgres.catalogs()).isEqualTo(before);
            assertThat(postgres.passwords()).isEqualTo(passwords);
            assertThat(postgres.plan()).isEqualTo(plan);
            assertThat(plan.statements())
                    .contains(new PlannedStatement("orders", "CREATE ROLE \"hoop_ro\" LOGIN", false))
                    .contains(new PlannedStatement("orders", "ALTER ROLE \"hoop_ro\" PASSWORD '***'", true))
                    .contains(new PlannedStatement(
                            "Ünï \"db", "GRANT CONNECT ON DATABASE \"Ünï \"\"db\" TO \"hoop_ro\"", false));
        }

        @Test
        void executesWhatWasPlannedAndNothingElse() throws IOException {
            Planned plan = postgres.plan();
            Path log = postgres.server.log();
            int from = Files.readString(log).length();
            assertThat(postgres.make().changes()).isEqualTo(plan.drift().size());
            String executed = Files.readString(log).substring(from);
            assertThat(plan.drift()).allSatisfy(each -> assertThat(executed).contains(each.sql()));
        }

        @Test
        void changesPasswordsAndNothingElseWhenRunAgain() throws SQLException {
            postgres.make();
            List<String> before = postgres.catalogs();
            Login old = postgres.login("hoop_ro");
            assertThat(postgres.plan().drift()).isEmpty();
            assertThat(postgres.make().changes()).isZero();
            assertThat(postgres.catalogs()).isEqualTo(before);
            assertThat(postgres.login("hoop_ro").password()).isNotEqualTo(old.password());
            assertLogsIn("hoop_ro");
            assertThat(postgres.targets.accepts(postgres.endpoint, old)).isFalse();
        }

        @Test
        void takesBackWhatDriftedAndKeepsTheRolesOwnObjects() throws SQLException {
            postgres.make();
            postgres.as("pg_database_owner", "GRANT CREATE ON SCHEMA public TO hoop_ro");
            postgres.as("hoop_ro", "CREATE TABLE my_own (n int)");
            postgres.as("pg_database_owner", "REVOKE CREATE ON SCHEMA public FROM hoop_ro");
            postgres.make();
            List<String> right = postgres.catalogs();
            postgres.as(
                    "master",
                    "REVOKE SELECT ON parent FROM hoop_ro",
                    "GRANT SELECT (id) ON parent TO hoop_ro WITH GRANT OPTION",
                    "GRANT DELETE, TRUNCATE ON items TO hoop_ro",
                    "GRANT UPDATE (name) ON items TO hoop_ro",
                    "GRANT SELECT ON items TO hoop_ro WITH GRANT OPTION",
                    "REVOKE USAGE ON SEQUENCE items_id_seq FROM hoop_rw",
                    "GRANT CREATE ON SCHEMA \"My Schema\" TO hoop_ro",
                    "GRANT CREATE ON DATABASE orders TO hoop_ro",
                    "GRANT USAGE ON TYPE mood TO hoop_ro",
                    "GRANT EXECUTE ON FUNCTION twice(int) TO hoop_ro",
                    "GRANT UPDATE ON LARGE OBJECT 4711 TO hoop_ro",
                    "ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO hoop_ro",
                    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT UPDATE ON TABLES TO hoop_ro",
                    "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM hoop_ddl",
                    "GRANT hoop_rw TO hoop_ro",
                    "ALTER ROLE hoop_ro CREATEDB NOLOGIN VALID UNTIL '2020-01-01'");
            postgres.as("pg_database_owner", "GRANT CREATE ON SCHEMA public TO hoop_ro");
            postgres.as("app", "GRANT INSERT ON app_items TO hoop_ro");
            assertThat(postgres.plan().drift()).hasSizeGreaterThan(15);
            assertThat(postgres.make().complete()).isTrue();
            assertThat(postgres.plan().drift()).isEmpty();
            assertThat(meaning(postgres.catalogs())).isEqualTo(meaning(right));
            postgres.assertMay("hoop_ro", "INSERT INTO my_own VALUES (1)", true);
            postgres.assertMay("hoop_ro", "SELECT id FROM parent", true);
        }

        /**
         * What the roles hold. An access list that was written names what its owner has by nature; a privilege on a column is
         * nothing beside the one on its table; no end and infinity are the same.
         */
        private static List<String> meaning(List<String> catalogs) {
            return catalogs.stream()
                    .filter(line -> line.contains("hoop"))
                    .map(line ->
                            line.replaceAll("(\\[|, )(master|)=[^,\\]]*", "").replace("infinity", ""))
                    .filter(line -> !line.equals("orders column parentid [hoop_ro=r/master]"))
                    .toList();
        }

        @Test
        void saysWhatSomebodyElseGranted() throws SQLException {
            postgres.make();
            postgres.as("stranger", "GRANT DELETE ON strange TO hoop_ro");
            assertThat(postgres.plan().drift()).isEmpty();
            assertThat(postgres.make().results().getFirst().message())
                    .contains("DELETE on table public.strange was not revoked: only whoever granted it can");
            postgres.as("stranger", "REVOKE DELETE ON strange FROM hoop_ro");
        }

        @Test
        void givesBackTheMembershipThatItLentItself() throws SQLException {
            postgres.as("master", "GRANT app TO master WITH INHERIT FALSE, SET TRUE");
            List<String> before = memberships();
            postgres.make();
            assertThat(memberships()).isEqualTo(before).hasSizeGreaterThan(1);
            postgres.assertMay("hoop_ro", "SELECT * FROM app_items", true);
            postgres.as("master", "REVOKE app FROM master");
        }

        private List<String> memberships() throws SQLException {
            return postgres.catalogs().stream()
                    .filter(line -> line.startsWith("member app"))
                    .toList();
        }

        @Test
        void quotesWhateverItsRolesAndTheOwnersAreCalled() throws SQLException {
            String prefix = "x\" TO PUBLIC; --";
            String owner = "\"Öwner \"\"; DROP TABLE items; --\"";
            postgres.as("master", "CREATE ROLE " + owner, "GRANT CREATE ON DATABASE orders TO " + owner);
            postgres.as(owner, "CREATE SCHEMA \"it's 50%\"", "CREATE TABLE \"it's 50%\".\"$a\"\"\" (n int)");
            Roles roles = postgres.roles(prefix);
            assertThat(roles.make(SecretFolder.of(ARN), postgres.endpoint, postgres.master)
                            .complete())
                    .isTrue();
            assertThat(roles.plan(SecretFolder.of(ARN), postgres.endpoint, postgres.master)
                            .drift())
                    .isEmpty();
            postgres.as(owner, "CREATE TABLE \"it's 50%\".\"later`\" (n int)");
            String query = "SELECT n FROM \"it's 50%\".";
            postgres.assertMay(prefix + "_ro", query + "\"$a\"\"\"", true);
            postgres.assertMay(prefix + "_ro", query + "\"later`\"", true);
            postgres.assertMay(prefix + "_ro", "DELETE FROM \"it's 50%\".\"later`\"", false);
            assertThat(roles.drop(SecretFolder.of(ARN), postgres.endpoint, postgres.master)
                            .complete())
                    .isTrue();
            postgres.server.execute("orders", "DROP OWNED BY " + owner, "DROP ROLE " + owner);
        }

        @Test
        void opensNoMoreConnectionsThanItIsTold() {
            List<String> databases =
                    IntStream.range(0, 12).mapToObj(i -> "many_" + i).toList();
            // Of an owner who has to lend: in each database it does, and all at once.
            databases.forEach(name -> postgres.server.execute("postgres", "CREATE DATABASE " + name + " OWNER app"));
            // Twice what it is told: a server takes a moment to forget a connection that was closed.
            postgres.server.execute("postgres", "ALTER ROLE master CONNECTION LIMIT 6");
            Roles.Outcome outcome = postgres.make();
            assertThat(outcome.databases()).containsAll(databases);
            assertThat(outcome.results())
                    .allSatisfy(result -> assertThat(result.message()).doesNotContain("database many_"));
            assertThat(postgres.plan().drift()).isEmpty();
            postgres.server.execute("postgres", "ALTER ROLE master CONNECTION LIMIT -1");
            assertThat(postgres.drop().complete()).isTrue();
            databases.forEach(name -> postgres.server.execute("postgres", "DROP DATABASE " + name));
        }

        @Test
        void handsOutNoRoleThatItCannotMakeOrdinary() {
            postgres.make();
            postgres.server.execute("postgres", "ALTER ROLE hoop_rw SUPERUSER");
            Login before = postgres.login("hoop_rw");
            Roles.Outcome outcome = postgres.make();
            assertThat(outcome.complete()).isFalse();
            assertThat(outcome.results().get(1).status()).isEqualTo(Job.Phase.FAILED);
            assertThat(outcome.results().get(1).message()).contains("ALTER ROLE \"hoop_rw\" NOSUPERUSER");
            assertThat(postgres.login("hoop_rw").password()).isEqualTo(before.password());
            assertThat(postgres.plan().drift()).isNotEmpty();
            postgres.server.execute("postgres", "ALTER ROLE hoop_rw NOSUPERUSER");
        }

        @Test
        void adoptsAStagedPasswordThatAnInterruptedJobHasSet() {
            postgres.make();
            String id = Credentials.secretId(ARN, "hoop_ro");
            Login staged = new Login("hoop_ro", Credentials.newPassword());
            postgres.secrets.stage(id, Credentials.entries(postgres.endpoint, staged));
            postgres.server.execute(
                    "postgres",
                    "ALTER ROLE hoop_ro PASSWORD '" + staged.password().reveal() + "'");
            postgres.make();
            assertThat(postgres.login("hoop_ro")).isEqualTo(staged);
            assertThat(postgres.secrets.pending(id)).isEmpty();
        }

        @Test
        void replacesAStagedPasswordThatWasNeverSet() {
            postgres.make();
            String id = Credentials.secretId(ARN, "hoop_ro");
            Login never = new Login("hoop_ro", Credentials.newPassword());
            postgres.secrets.stage(id, Credentials.entries(postgres.endpoint, never));
            postgres.make();
            assertLogsIn("hoop_ro");
            assertThat(postgres.secrets.pending(id)).isEmpty();
        }

        @Test
        void putsTheOldPasswordBackWhenTheNewOneDoesNotLogIn() {
            postgres.make();
            String id = Credentials.secretId(ARN, "hoop_ro");
            Login before = postgres.login("hoop_ro");
            List<Secret> set = new ArrayList<>();
            RolePassword password = new RolePassword(postgres.secrets, postgres.targets, postgres.endpoint);
            // The first is "set" without effect, so it cannot log in.
            assertThatExceptionOfType(TargetException.class)
                    .isThrownBy(() -> password.renew(id, "hoop_ro", set::add))
                    .withMessageContaining("does not log in");
            assertThat(set.getLast()).isEqualTo(before.password());
            assertThat(postgres.secrets.pending(id)).isEmpty();
            assertLogsIn("hoop_ro");
        }

        @Test
        void leavesTheOldCredentialsWorkingWhenTheStoreFailsHalfway() {
            postgres.make();
            for (BrokenSecrets.Breaks when : BrokenSecrets.Breaks.values()) {
                BrokenSecrets broken = new BrokenSecrets(postgres.secrets, "/hoop_rw", when);
                Roles roles = new Roles(postgres.targets, broken, InstantSource.system(), "hoop", 3);
                assertThatExceptionOfType(SecretStoreException.class)
                        .isThrownBy(() -> roles.make(SecretFolder.of(ARN), postgres.endpoint, postgres.master));
                NAMES.forEach(this::assertLogsIn);
            }
            assertThat(postgres.make().complete()).isTrue();
            NAMES.forEach(this::assertLogsIn);
        }

        @Test
        void leavesTheOldCredentialsWorkingWhenADatabaseIsLostHalfway() {
            postgres.make();
            postgres.server.execute("postgres", "ALTER ROLE master CONNECTION LIMIT 1");
            // Nothing was left to change, so what fails is the first look into several databases at once.
            assertThatExceptionOfType(TargetException.class)
                    .isThrownBy(postgres::make)
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.TRANSIENT));
            NAMES.forEach(this::assertLogsIn);
            postgres.server.execute("postgres", "ALTER ROLE master CONNECTION LIMIT -1");
        }

        @Test
        void keepsPasswordsOutOfTheServersLog() throws IOException {
            postgres.make();
            String log = Files.readString(postgres.server.log());
            assertThat(log).contains("ALTER ROLE \"hoop_ro\" PASSWORD");
            for (String role : NAMES) {
                assertThat(log).doesNotContain(postgres.login(role).password().reveal());
            }
        }

        @Test
        void refusesACertificateForAnotherHost() {
            LocalAuthority other = LocalAuthority.in(folder.resolve("other-tls"));
            Targets wrong = new Targets(Optional.of(other.certificateFile()));
            assertThatExceptionOfType(TargetException.class)
                    .isThrownBy(() -> wrong.accepts(postgres.endpoint, postgres.master))
                    .satisfies(e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.PERMANENT));
        }

        @Test
        void removesTheRolesAndGivesTheirObjectsToTheOwnerOfTheDatabase() throws SQLException {
            List<String> before = postgres.catalogs();
            postgres.make();
            postgres.as("pg_database_owner", "GRANT CREATE ON SCHEMA public TO hoop_ddl");
            postgres.as(
                    "hoop_ddl",
                    "CREATE TABLE left_over (n int)",
                    "CREATE FUNCTION left_behind() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "GRANT SELECT ON left_over TO hoop_ro",
                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO stranger");
            postgres.as("master", "CREATE POLICY one_more ON items TO hoop_ro USING (true)");
            Dropped dropped = postgres.drop();
            assertThat(dropped.complete()).as(dropped.toString()).isTrue();
            assertThat(dropped.roles().getLast().notes())
                    .containsExactly(
                            "database orders: function public.left_behind() goes to master, the owner of the database",
                            "database orders: table public.left_over goes to master, the owner of the database");
            assertThat(postgres.catalogs()).noneMatch(line -> line.contains("hoop"));
            assertThat(postgres.secrets.current(Credentials.secretId(ARN, "hoop_ro")))
                    .isEmpty();
            assertThat(postgres.drop().roles()).extracting(Dropped.Role::end).containsOnly(Dropped.End.ABSENT);
            postgres.as("master", "DROP TABLE left_over", "DROP FUNCTION left_behind()");
            assertThat(postgres.catalogs()).hasSameSizeAs(before);
        }

        @Test
        void givesObjectsToTheMasterWhereItMayNotActForTheDatabasesOwner() throws SQLException {
            postgres.make();
            postgres.server.execute("postgres", "GRANT CREATE ON SCHEMA public TO hoop_ddl, master");
            postgres.server.execute("postgres", "SET ROLE hoop_ddl", "CREATE TABLE left_over (n int)");
            postgres.server.execute("postgres", "REVOKE CREATE ON SCHEMA public FROM hoop_ddl");
            Dropped dropped = postgres.drop();
            assertThat(dropped.complete()).as(dropped.toString()).isTrue();
            assertThat(dropped.roles().getLast().notes())
                    .containsExactly("database postgres: table public.left_over goes to master, the master,"
                            + " which may not act for the database's owner");
            postgres.server.execute("postgres", "DROP TABLE left_over", "REVOKE CREATE ON SCHEMA public FROM master");
        }

        @Test
        void plansTheRemovalAndChangesNothing() throws SQLException {
            postgres.make();
            List<String> before = postgres.catalogs();
            Planned plan = postgres.roles().planDrop(SecretFolder.of(ARN), postgres.endpoint, postgres.master);
            assertThat(postgres.catalogs()).isEqualTo(before);
            assertThat(plan.statements())
                    .extracting(PlannedStatement::sql)
                    .contains("ALTER ROLE \"hoop_ro\" NOLOGIN", "DROP OWNED BY \"hoop_ro\"", "DROP ROLE \"hoop_ro\"");
            NAMES.forEach(this::assertLogsIn);
        }

        @Test
        void endsTheSessionsOfARoleThatItRemoves() throws SQLException {
            postgres.make();
            try (Connection session = postgres.connect("hoop_ro", "orders")) {
                assertThat(postgres.drop().complete()).isTrue();
                assertThatExceptionOfType(SQLException.class)
                        .isThrownBy(() -> {
                            try (Statement statement = session.createStatement()) {
                                statement.execute("SELECT 1");
                            }
                        })
                        .satisfies(e -> assertThat(e.getSQLState()).isIn("57P01", "08006"));
            }
        }

        @Test
        void leavesARoleLockedThatHasSomethingInADatabaseThatItCannotOpen() throws SQLException {
            postgres.server.execute("postgres", "ALTER DATABASE closed ALLOW_CONNECTIONS true");
            postgres.make();
            postgres.server.execute("postgres", "ALTER DATABASE closed ALLOW_CONNECTIONS false");
            Dropped dropped = postgres.drop();
            assertThat(dropped.complete()).isFalse();
            assertThat(dropped.roles().getFirst())
                    .isEqualTo(new Dropped.Role(
                            RoleKind.RO,
                            "hoop_ro",
                            Dropped.End.LEFT,
                            List.of("database closed cannot be opened, and the role has something in it")));
            assertThat(postgres.targets.accepts(postgres.endpoint, postgres.login("hoop_ro")))
                    .isFalse();
            assertThat(postgres.catalogs())
                    .anyMatch(line -> line.startsWith("orders class items") && line.contains("hoop_ro"));
            // Whoever makes the roles again gets them back whole.
            assertThat(postgres.make().complete()).isTrue();
            assertLogsIn("hoop_ro");
            postgres.server.execute("postgres", "ALTER DATABASE closed ALLOW_CONNECTIONS true");
            assertThat(postgres.drop().complete()).isTrue();
        }

        @Test
        void leavesARoleThatTheMasterMayNotTouch() throws SQLException {
            postgres.server.execute("postgres", "CREATE ROLE hoop_ro LOGIN");
            List<String> before = postgres.catalogs();
            Dropped dropped = postgres.drop();
            assertThat(dropped.roles().getFirst().end()).isEqualTo(Dropped.End.LEFT);
            assertThat(dropped.roles().getFirst().notes().getFirst()).contains("the role could not be locked");
            assertThat(postgres.catalogs()).isEqualTo(before);
            postgres.server.execute("postgres", "DROP ROLE hoop_ro");
        }

        private void assertLogsIn(String role) {
            assertThat(postgres.targets.accepts(postgres.endpoint, postgres.login(role)))
                    .as(role)
                    .isTrue();
        }
    }
}
