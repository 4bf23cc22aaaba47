package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.postgres.PostgresServer;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of privileges on a real PostgreSQL, made by a master that may do what RDS's may: CREATEROLE, no superuser. */
class PostgresRolesIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:orders");
    private static final String ODD = "\"x\"\" TO PUBLIC; --\"";

    @TempDir
    static Path folder;

    private static PostgresServer server;
    private static Targets targets;
    private static Endpoint endpoint;
    private static Login master;

    private final MemorySecrets secrets = new MemorySecrets();
    private Roles roles;

    @BeforeAll
    static void start() {
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        server = PostgresServer.in(folder.resolve("pg"))
                .forTests()
                .tls(authority.issue("pg"))
                .start();
        targets = new Targets(Optional.of(authority.certificateFile()));
        endpoint = new Endpoint(Engine.POSTGRES, "localhost", server.port(), "orders");
        master = new Login("master", Secret.of("master-password"));
        server.execute(
                "postgres",
                "CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master-password'",
                "ALTER ROLE master SET log_statement = 'all'",
                "CREATE ROLE stranger",
                "CREATE ROLE team",
                "GRANT team TO master",
                "CREATE DATABASE orders OWNER master",
                "CREATE DATABASE closed OWNER master ALLOW_CONNECTIONS false",
                "CREATE DATABASE \"Ünï \"\"db\" OWNER master");
        server.execute(
                "orders",
                "GRANT CREATE ON SCHEMA public TO team, stranger",
                "SET ROLE master",
                "CREATE TABLE items (id serial PRIMARY KEY, name text)",
                "INSERT INTO items (name) VALUES ('one')",
                "CREATE TABLE parent (id int PRIMARY KEY)",
                "CREATE SCHEMA \"My Schema\"",
                "CREATE TABLE \"My Schema\".\"Odd \"\"Täble\" (n int)",
                "CREATE SCHEMA " + ODD,
                "CREATE TABLE " + ODD + "." + ODD + " (n int)",
                "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'");
        server.execute("orders", "SET ROLE stranger", "CREATE TABLE strange (n int)");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void prepare() {
        roles = new Roles(targets, secrets, InstantSource.system(), "hoop", 3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT count(*) FROM items                                   | yes | yes | yes
            SELECT n FROM "My Schema"."Odd ""Täble"                      | yes | yes | yes
            SELECT n FROM "x"" TO PUBLIC; --"."x"" TO PUBLIC; --"        | yes | yes | yes
            INSERT INTO items (name) VALUES ('two')                      | no  | yes | yes
            UPDATE items SET name = 'three' WHERE false                  | no  | yes | yes
            DELETE FROM items WHERE false                                | no  | yes | yes
            SELECT nextval('items_id_seq')                               | no  | yes | yes
            TRUNCATE parent                                              | no  | no  | yes
            CREATE TRIGGER t BEFORE INSERT ON items EXECUTE FUNCTION noop() | no | no | yes
            CREATE TABLE mine (n int)                      | no  | no  | no
            CREATE SCHEMA mine                                           | no  | no  | no
            CREATE TEMPORARY TABLE mine (n int)                          | yes | yes | yes
            ALTER TABLE items ADD COLUMN more int                        | no  | no  | no
            DROP TABLE items                                             | no  | no  | no
            CREATE ROLE mine                                             | no  | no  | no
            SELECT * FROM strange                                        | no  | no  | no
            """)
    void allowsWhatTheTableSaysAndNothingElse(String sql, String ro, String rw, String ddl) throws SQLException {
        made();
        assertMay("hoop_ro", sql, ro.equals("yes"));
        assertMay("hoop_rw", sql, rw.equals("yes"));
        assertMay("hoop_ddl", sql, ddl.equals("yes"));
    }

    @Test
    void coversTablesThatAreMadeLaterByWhomTheMasterMayActFor() throws SQLException {
        made();
        server.execute(
                "orders",
                "SET ROLE master",
                "CREATE TABLE later (id serial, n int)",
                "CREATE SCHEMA newer",
                "CREATE TABLE newer.later (n int)");
        server.execute("orders", "SET ROLE team", "CREATE TABLE later_by_team (n int)");
        for (String table : List.of("later", "later_by_team", "newer.later")) {
            assertMay("hoop_ro", "SELECT n FROM " + table, true);
            assertMay("hoop_ro", "DELETE FROM " + table, false);
            assertMay("hoop_rw", "INSERT INTO " + table + " (n) VALUES (1)", true);
            assertMay("hoop_rw", "TRUNCATE " + table, false);
            assertMay("hoop_ddl", "TRUNCATE " + table, true);
        }
        server.execute("orders", "DROP TABLE later, later_by_team", "DROP SCHEMA newer CASCADE");
    }

    @Test
    void saysWhatWasSkippedAndGoesOn() {
        Roles.Outcome outcome = made();
        assertThat(outcome.databases()).containsExactly("orders", "postgres", "Ünï \"db");
        assertThat(outcome.results())
                .extracting(Job.RoleResult::userRole)
                .containsExactly("hoop_ro", "hoop_rw", "hoop_ddl");
        assertThat(outcome.results().getFirst().message())
                .contains("SELECT on table public.strange was not granted")
                .contains("database closed: skipped, it allows no connections")
                .contains("tables that stranger makes from now on are not covered");
        assertThat(outcome.results().getFirst().credentialsInfo())
                .isEqualTo(new Job.CredentialsInfo(
                        "database", "dbroles/111111111111/us-west-2/orders/hoop_ro", Credentials.KEYS));
    }

    @Test
    void changesPasswordsAndNothingElseWhenRunAgain() throws SQLException {
        made();
        List<String> before = privileges();
        Login old = login("hoop_ro");
        made();
        assertThat(privileges()).isEqualTo(before);
        assertThat(login("hoop_ro").password()).isNotEqualTo(old.password());
        assertThat(targets.accepts(endpoint, login("hoop_ro"))).isTrue();
        assertThat(targets.accepts(endpoint, old)).isFalse();
    }

    @Test
    void plansWhatItWouldDoAndChangesNothing() throws SQLException {
        roles.drop(ARN, endpoint, master);
        List<String> before = privileges();
        Planned plan = roles.plan(ARN, endpoint, master);
        assertThat(privileges()).isEqualTo(before);
        assertThat(roles.plan(ARN, endpoint, master)).isEqualTo(plan);
        assertThat(plan.statements())
                .extracting(PlannedStatement::sql)
                .contains("CREATE ROLE \"hoop_ro\" LOGIN", "ALTER ROLE \"hoop_ro\" PASSWORD '***'");
        Roles.Outcome outcome = made();
        assertThat(outcome.changes()).isEqualTo(plan.drift().size());
        assertThat(roles.plan(ARN, endpoint, master).drift()).isEmpty();
        assertThat(made().changes()).isZero();
    }

    @Test
    void dropsTheRolesAndGivesTheirObjectsToTheOwnerOfTheDatabase() throws SQLException {
        made();
        server.execute(
                "orders",
                "GRANT CREATE ON SCHEMA public TO hoop_ddl",
                "SET ROLE hoop_ddl",
                "CREATE TABLE left_over (n int)");
        List<String> before = privileges();
        Planned plan = roles.planDrop(ARN, endpoint, master);
        assertThat(privileges()).isEqualTo(before);
        assertThat(plan.statements()).extracting(PlannedStatement::sql).contains("DROP ROLE \"hoop_ddl\"");
        Dropped dropped = roles.drop(ARN, endpoint, master);
        assertThat(dropped.complete()).as(dropped.toString()).isTrue();
        assertThat(dropped.roles().getLast().notes())
                .containsExactly("database orders: table public.left_over goes to master, the owner of the database");
        assertThat(privileges()).noneMatch(line -> line.contains("hoop"));
        assertThat(secrets.current(Credentials.secretId(ARN, "hoop_ro"))).isEmpty();
        assertThat(roles.drop(ARN, endpoint, master).roles())
                .extracting(Dropped.Role::end)
                .containsOnly(Dropped.End.ABSENT);
        server.execute("orders", "DROP TABLE left_over");
    }

    @Test
    void takesBackWhatDriftedAndKeepsTheRolesOwnObjects() throws SQLException {
        made();
        List<String> right = privileges();
        server.execute(
                "orders",
                "GRANT CREATE ON SCHEMA public TO hoop_ro",
                "SET ROLE hoop_ro",
                "CREATE TABLE my_own (n int)",
                "RESET ROLE",
                "REVOKE SELECT ON parent FROM hoop_ro",
                "SET ROLE master",
                "GRANT DELETE, TRUNCATE ON items TO hoop_ro",
                "GRANT UPDATE (name) ON items TO hoop_ro",
                "GRANT SELECT ON items TO hoop_ro WITH GRANT OPTION",
                "GRANT CREATE ON SCHEMA \"My Schema\" TO hoop_ro",
                "GRANT CREATE ON DATABASE orders TO hoop_ro",
                "ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO hoop_ro",
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT UPDATE ON TABLES TO hoop_ro",
                "GRANT hoop_rw TO hoop_ro",
                "ALTER ROLE hoop_ro CREATEDB");
        server.execute("orders", "SET ROLE pg_database_owner", "REVOKE CREATE ON SCHEMA public FROM hoop_ro");
        assertThat(made().complete()).isTrue();
        assertThat(privileges()).isEqualTo(right);
        assertMay("hoop_ro", "INSERT INTO my_own VALUES (1)", true);
        server.execute("orders", "DROP TABLE my_own");
    }

    @Test
    void handsOutNoRoleThatItCannotMakeOrdinary() {
        made();
        server.execute("postgres", "ALTER ROLE hoop_rw SUPERUSER");
        try {
            Login before = login("hoop_rw");
            Roles.Outcome outcome = made();
            assertThat(outcome.complete()).isFalse();
            assertThat(outcome.results().get(1).status()).isEqualTo(Job.Phase.FAILED);
            assertThat(outcome.results().get(1).message()).contains("ALTER ROLE \"hoop_rw\" NOSUPERUSER");
            assertThat(login("hoop_rw").password()).isEqualTo(before.password());
        } finally {
            server.execute("postgres", "ALTER ROLE hoop_rw NOSUPERUSER");
        }
    }

    @Test
    void adoptsAStagedPasswordThatAnInterruptedJobHasSet() {
        made();
        String id = Credentials.secretId(ARN, "hoop_ro");
        Login staged = new Login("hoop_ro", Credentials.newPassword());
        secrets.stage(id, Credentials.entries(endpoint, staged));
        server.execute(
                "postgres", "ALTER ROLE hoop_ro PASSWORD '" + staged.password().reveal() + "'");
        made();
        assertThat(login("hoop_ro")).isEqualTo(staged);
        assertThat(secrets.pending(id)).isEmpty();
    }

    @Test
    void replacesAStagedPasswordThatWasNeverSet() {
        made();
        String id = Credentials.secretId(ARN, "hoop_ro");
        secrets.stage(id, Credentials.entries(endpoint, new Login("hoop_ro", Credentials.newPassword())));
        made();
        assertThat(targets.accepts(endpoint, login("hoop_ro"))).isTrue();
        assertThat(secrets.pending(id)).isEmpty();
    }

    @Test
    void putsTheOldPasswordBackWhenTheNewOneDoesNotLogIn() {
        made();
        String id = Credentials.secretId(ARN, "hoop_ro");
        Login before = login("hoop_ro");
        List<Secret> set = new ArrayList<>();
        RolePassword password = new RolePassword(secrets, targets, endpoint);
        // The first is "set" without effect, so it cannot log in.
        assertThatExceptionOfType(TargetException.class)
                .isThrownBy(() -> password.renew(id, "hoop_ro", set::add))
                .withMessageContaining("does not log in");
        assertThat(set.getLast()).isEqualTo(before.password());
        assertThat(secrets.pending(id)).isEmpty();
        assertThat(targets.accepts(endpoint, login("hoop_ro"))).isTrue();
    }

    @Test
    void keepsPasswordsOutOfTheServersLog() throws IOException {
        made();
        String log = Files.readString(server.log());
        assertThat(log).contains("ALTER ROLE \"hoop_ro\" PASSWORD");
        for (String role : List.of("hoop_ro", "hoop_rw", "hoop_ddl")) {
            assertThat(log).doesNotContain(login(role).password().reveal());
        }
    }

    @Test
    void refusesACertificateForAnotherHost() {
        LocalAuthority other = LocalAuthority.in(folder.resolve("other-tls"));
        Targets wrong = new Targets(Optional.of(other.certificateFile()));
        assertThatExceptionOfType(TargetException.class)
                .isThrownBy(() -> wrong.accepts(endpoint, master))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.PERMANENT));
    }

    private Roles.Outcome made() {
        return roles.make(ARN, endpoint, master);
    }

    private Login login(String role) {
        return Credentials.login(
                secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    private void assertMay(String role, String sql, boolean allowed) throws SQLException {
        try (Connection connection = targets.connect(endpoint, login(role), "orders");
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET LOCAL search_path = public");
            try {
                statement.execute(sql);
                assertThat(allowed).as("%s may: %s", role, sql).isTrue();
            } catch (SQLException e) {
                assertThat(allowed)
                        .as("%s may: %s (%s)", role, sql, e.getMessage())
                        .isFalse();
                // insufficient_privilege, the database's own
                assertThat(e.getSQLState()).isEqualTo("42501");
            } finally {
                connection.rollback();
            }
        }
    }

    private static List<String> privileges() throws SQLException {
        List<String> all = new ArrayList<>();
        try (Connection connection = server.connect("orders");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT 'class', oid::regclass::text, relacl::text FROM pg_class WHERE relacl IS NOT NULL AND relname <> 'my_own'
                        UNION ALL SELECT 'namespace', nspname, nspacl::text FROM pg_namespace
                        UNION ALL SELECT 'database', datname, datacl::text FROM pg_database
                        UNION ALL SELECT 'default', defaclrole::regrole::text || defaclobjtype::text || defaclnamespace, defaclacl::text FROM pg_default_acl
                        UNION ALL SELECT 'column', attrelid::regclass::text || attname, nullif(attacl::text, '{}') FROM pg_attribute WHERE attacl IS NOT NULL AND attacl <> '{}'
                        UNION ALL SELECT 'role', rolname, rolcreatedb::text FROM pg_roles WHERE rolname ~ '^hoop'
                        UNION ALL SELECT 'member', member::regrole::text, roleid::regrole::text FROM pg_auth_members
                        ORDER BY 1, 2, 3""")) {
            while (row.next()) {
                // The order within an access list means nothing.
                String acl = String.valueOf(row.getString(3)).replaceAll("[{}]", "");
                all.add(row.getString(1) + " " + row.getString(2) + " "
                        + Arrays.stream(acl.split(",")).sorted().toList());
            }
        }
        return all;
    }
}
