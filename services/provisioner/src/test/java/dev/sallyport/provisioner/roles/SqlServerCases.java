package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.SecretFolder;
import dev.sallyport.provisioner.target.SqlServerConnection;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What holds on every SQL Server, a stand-in or a real one. The master is no sysadmin: it may make logins and databases, as
 * RDS's may, and owns the databases that it made.
 */
abstract class SqlServerCases {

    static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:111111111111:db:shop");

    private static final String EVIL = "x]; DROP LOGIN sa; --";
    private static final List<String> DATABASES = List.of("shop", EVIL, "resting");
    private static final Login MASTER = new Login("rdsmaster", Secret.of("Master-password1"));
    private static final Set<Integer> DENIED = Set.of(229, 262, 916, 2760, 3701, 1088, 15151, 15247, 4060);

    private MemorySecrets secrets = new MemorySecrets();

    abstract Targets targets();

    abstract Endpoint endpoint();

    /** Who may do everything. */
    abstract Login administrator();

    @BeforeEach
    void prepare() throws SQLException {
        clear();
        secrets = new MemorySecrets();
        administer(
                "CREATE LOGIN [rdsmaster] WITH PASSWORD = N'Master-password1'",
                "GRANT ALTER ANY LOGIN TO [rdsmaster] WITH GRANT OPTION",
                "GRANT VIEW SERVER STATE TO [rdsmaster] WITH GRANT OPTION",
                "GRANT ALTER ANY CONNECTION TO [rdsmaster] WITH GRANT OPTION",
                "GRANT CREATE ANY DATABASE TO [rdsmaster]");
        for (String database : DATABASES) {
            as(MASTER, "master", "CREATE DATABASE " + Quoted.sqlServerName(database));
            as(MASTER, database, "CREATE TABLE dbo.items (id INT, name NVARCHAR(20))");
        }
    }

    @AfterEach
    void clear() throws SQLException {
        for (List<String> row : rows("master", "SELECT name FROM sys.databases ORDER BY name")) {
            String name = row.getFirst();
            if (DATABASES.contains(name) || name.startsWith("more")) {
                administer("ALTER DATABASE " + Quoted.sqlServerName(name) + " SET ONLINE");
                administer("DROP DATABASE " + Quoted.sqlServerName(name));
            }
        }
        for (String login : List.of("hoop_ro", "hoop_rw", "hoop_ddl", "other", "rdsmaster")) {
            // A session that we closed may be there for a moment yet.
            await().ignoreException(SQLException.class)
                    .until(() -> administered("IF EXISTS (SELECT name FROM sys.server_principals WHERE name = N'"
                            + login + "') DROP LOGIN [" + login + "]"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELECT * FROM dbo.items                                  | yes | yes | yes
            INSERT INTO dbo.items VALUES (1, N'x')                   | no  | yes | yes
            DELETE FROM dbo.items WHERE id = 0                       | no  | yes | yes
            CREATE TABLE dbo.mine (n INT)                            | no  | no  | yes
            ALTER TABLE dbo.items ADD more INT                       | no  | no  | yes
            CREATE USER [mine] WITHOUT LOGIN                         | no  | no  | no
            ALTER ROLE [db_owner] ADD MEMBER [hoop_ddl]              | no  | no  | no
            CREATE DATABASE [moremine]                               | no  | no  | no
            CREATE LOGIN [mine] WITH PASSWORD = N'Long-enough1'      | no  | no  | no
            """)
    void allowsWhatTheTableSaysAndNothingElse(String sql, String ro, String rw, String ddl) {
        make();
        for (String database : List.of("shop", EVIL)) {
            assertMay("hoop_ro", database, sql, ro.equals("yes"));
            assertMay("hoop_rw", database, sql, rw.equals("yes"));
            assertMay("hoop_ddl", database, sql, ddl.equals("yes"));
        }
    }

    @Test
    void changesPasswordsAndNothingElseWhenRunAgain() throws SQLException {
        make();
        Login old = login("hoop_ro");
        List<String> before = state();
        Roles.Outcome again = make();
        assertThat(again.changes()).isZero();
        assertThat(state()).isEqualTo(before);
        assertThat(targets().accepts(endpoint(), login("hoop_ro"))).isTrue();
        assertThat(targets().accepts(endpoint(), old)).isFalse();
    }

    @Test
    void plansWhatItThenDoes() throws SQLException {
        List<String> before = state();
        Planned planned = roles().plan(SecretFolder.of(ARN), endpoint(), MASTER);
        assertThat(state()).isEqualTo(before);
        assertThat(planned.statements())
                .contains(
                        new PlannedStatement(
                                "shop", "CREATE USER [hoop_ro] FOR LOGIN [hoop_ro] WITH DEFAULT_SCHEMA = [dbo]", false),
                        new PlannedStatement(EVIL, "ALTER ROLE [db_ddladmin] ADD MEMBER [hoop_ddl]", false),
                        new PlannedStatement("master", "ALTER LOGIN [hoop_rw] WITH PASSWORD = N'***'", true))
                .noneMatch(each -> each.sql().matches(".*PASSWORD = N'(?!\\*\\*\\*').*"));
        assertThat(make().changes()).isEqualTo(planned.drift().size());
        assertThat(roles().plan(SecretFolder.of(ARN), endpoint(), MASTER).drift())
                .isEmpty();
    }

    @Test
    void makesLoginsWhosePasswordsDoNotExpire() throws SQLException {
        make();
        String options = "SELECT name FROM sys.sql_logins WHERE name = N'hoop_ro' AND is_policy_checked = 1"
                + " AND is_expiration_checked = 0 AND default_database_name = N'master'";
        assertThat(rows("master", options)).hasSize(1);
        administer("ALTER LOGIN [hoop_ro] WITH CHECK_EXPIRATION = ON", "ALTER LOGIN [hoop_ro] DISABLE");
        make();
        assertThat(rows("master", options)).hasSize(1);
        assertThat(targets().accepts(endpoint(), login("hoop_ro"))).isTrue();
    }

    @Test
    void takesBackWhatDrifted() throws SQLException {
        make();
        List<String> right = state();
        in(
                "shop",
                "CREATE ROLE [team]",
                "ALTER ROLE [db_owner] ADD MEMBER [hoop_ro]",
                "ALTER ROLE [team] ADD MEMBER [hoop_ro]",
                "GRANT DELETE ON OBJECT::[dbo].[items] TO [hoop_ro]",
                "GRANT UPDATE ON OBJECT::[dbo].[items] ([name]) TO [hoop_ro]",
                "GRANT INSERT ON SCHEMA::[dbo] TO [hoop_ro] WITH GRANT OPTION",
                "GRANT IMPERSONATE ON USER::[hoop_rw] TO [hoop_ro]",
                "GRANT ALTER ON ROLE::[team] TO [hoop_ro]",
                "GRANT CREATE TABLE TO [hoop_ro]",
                "DENY CONNECT TO [hoop_rw]",
                "DENY SELECT ON SCHEMA::[dbo] TO [hoop_rw]");
        as(MASTER, "master", "GRANT VIEW SERVER STATE TO [hoop_ro]");
        Roles.Outcome outcome = make();
        in("shop", "DROP ROLE [team]");
        assertThat(state()).isEqualTo(right);
        assertThat(outcome.results().getFirst().message())
                .contains(
                        "taken away: VIEW SERVER STATE",
                        "database shop: taken away: membership of db_owner",
                        "database shop: taken away: DELETE on OBJECT::[dbo].[items]",
                        "database shop: taken away: UPDATE on OBJECT::[dbo].[items] ([name])",
                        "database shop: taken away: INSERT on SCHEMA::[dbo]",
                        "database shop: taken away: IMPERSONATE on USER::[hoop_rw]",
                        "database shop: taken away: ALTER on ROLE::[team]",
                        "database shop: taken away: CREATE TABLE");
        assertMay("hoop_rw", "shop", "SELECT * FROM dbo.items", true);
    }

    @Test
    void handsOutNoLoginWithRightsOnTheWholeServer() throws SQLException {
        make();
        Login before = login("hoop_ro");
        administer("ALTER SERVER ROLE [sysadmin] ADD MEMBER [hoop_ro]");
        Job.RoleResult refused = makeAnyhow().results().getFirst();
        assertThat(refused.status()).isEqualTo(Job.Phase.FAILED);
        assertThat(refused.message())
                .startsWith("hoop_ro has a right on the whole server that cannot be taken away")
                .contains("sysadmin");
        assertThat(login("hoop_ro")).isEqualTo(before);
    }

    @Test
    void handsOutNoLoginThatOwnsADatabase() throws SQLException {
        make();
        administer("USE [shop]; DROP USER [hoop_ro]", "ALTER AUTHORIZATION ON DATABASE::[shop] TO [hoop_ro]");
        Job.RoleResult refused = makeAnyhow().results().getFirst();
        assertThat(refused.status()).isEqualTo(Job.Phase.FAILED);
        assertThat(refused.message()).startsWith("hoop_ro owns the database shop");
    }

    @Test
    void givesOrphansTheirLoginBack() throws SQLException {
        make();
        as(MASTER, "master", "DROP LOGIN [hoop_ro]");
        in("shop", "CREATE SCHEMA [reports] AUTHORIZATION [hoop_ro]");
        Planned planned = roles().plan(SecretFolder.of(ARN), endpoint(), MASTER);
        assertThat(planned.drift())
                .extracting(PlannedStatement::sql)
                .contains("ALTER USER [hoop_ro] WITH LOGIN = [hoop_ro]")
                .doesNotContain("CREATE USER [hoop_ro] FOR LOGIN [hoop_ro] WITH DEFAULT_SCHEMA = [dbo]");
        make();
        assertMay("hoop_ro", "shop", "SELECT * FROM dbo.items", true);
        assertThat(rows("shop", "SELECT USER_NAME(principal_id) AS owner FROM sys.schemas WHERE name = N'reports'"))
                .containsExactly(List.of("hoop_ro"));
    }

    @Test
    void leavesAUserOfAnotherLoginAlone() throws SQLException {
        administer("CREATE LOGIN [other] WITH PASSWORD = N'Long-enough1'");
        in("shop", "CREATE USER [hoop_ro] FOR LOGIN [other]");
        assertThat(make().results().getFirst().message())
                .contains("database shop: the user hoop_ro belongs to the login other and was left as it is");
        assertMay("hoop_ro", EVIL, "SELECT * FROM dbo.items", true);
        assertMay("hoop_ro", "shop", "SELECT * FROM dbo.items", false);
    }

    @ParameterizedTest
    @CsvSource({"OFFLINE, it is offline", "READ_ONLY, it is read-only", "SINGLE_USER, it takes a single user at a time"
    })
    void skipsADatabaseThatCannotBeWorkedOn(String setting, String why) throws SQLException {
        administer("ALTER DATABASE [resting] SET " + setting);
        Roles.Outcome outcome = makeAnyhow();
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.databases()).containsExactlyInAnyOrder("shop", EVIL);
        assertThat(outcome.results())
                .allSatisfy(result -> assertThat(result.message()).isEqualTo("database resting: skipped, " + why));
    }

    @Test
    void skipsADatabaseThatTheMasterMayNotOpen() throws SQLException {
        administer("ALTER AUTHORIZATION ON DATABASE::[resting] TO [sa]");
        Roles.Outcome outcome = makeAnyhow();
        assertThat(outcome.complete()).isTrue();
        assertThat(outcome.results().getFirst().message())
                .isEqualTo("database resting: skipped, the master may not open it");
    }

    @Test
    void oneDatabaseThatRefusesDoesNotStopTheOthers() throws SQLException {
        administer(
                "ALTER AUTHORIZATION ON DATABASE::[resting] TO [sa]",
                "USE [resting]; CREATE USER [rdsmaster] FOR LOGIN [rdsmaster]");
        Roles.Outcome outcome = make();
        assertThat(outcome.results().getFirst().message())
                .startsWith("database resting: no user could be made for the login: 15247: ");
        assertMay("hoop_ddl", "shop", "CREATE TABLE dbo.mine (n INT)", true);
    }

    @Test
    void namesTheUserThatStaysBehindInADatabaseThatCannotBeOpenedEachTimeItIsAsked() throws SQLException {
        make();
        administer("ALTER DATABASE [resting] SET OFFLINE");
        for (Dropped.End end : List.of(Dropped.End.DROPPED, Dropped.End.ABSENT)) {
            Dropped dropped = roles().drop(SecretFolder.of(ARN), endpoint(), MASTER);
            assertThat(dropped.roles()).allSatisfy(role -> {
                assertThat(role.end()).isEqualTo(end);
                assertThat(role.notes())
                        .containsExactly("database resting: skipped, it is offline; a user " + role.name()
                                + " may be left in it, without a login: drop it when the database can be opened");
            });
        }
    }

    @Test
    void worksOnMoreDatabasesThanAtOnce() throws SQLException {
        for (int i = 0; i < 10; i++) {
            as(MASTER, "master", "CREATE DATABASE [more" + i + "]");
        }
        assertThat(makeAnyhow().databases()).hasSize(13);
    }

    @Test
    void removesTheRolesAndWhatTheyOwnGoesToDbo() throws SQLException {
        make();
        in(
                "shop",
                "CREATE SCHEMA [reports] AUTHORIZATION [hoop_ddl]",
                "CREATE ROLE [team] AUTHORIZATION [hoop_ddl]",
                "ALTER AUTHORIZATION ON OBJECT::[dbo].[items] TO [hoop_ddl]");
        try (SqlServerConnection open = targets().connectSqlServer(endpoint(), login("hoop_ro"), "shop")) {
            Dropped dropped = roles().drop(SecretFolder.of(ARN), endpoint(), MASTER);
            assertThat(dropped.roles())
                    .allSatisfy(role ->
                            assertThat(role.end()).as(role.notes().toString()).isEqualTo(Dropped.End.DROPPED));
            assertThat(dropped.roles().getLast().notes())
                    .containsExactly(
                            "database shop: OBJECT::[dbo].[items] goes to dbo",
                            "database shop: ROLE::[team] goes to dbo",
                            "database shop: SCHEMA::[reports] goes to dbo");
            assertThatThrownBy(() -> open.execute("SELECT * FROM dbo.items")).isInstanceOf(SQLException.class);
        }
        assertThat(state()).isEmpty();
        assertThat(rows("shop", "SELECT * FROM dbo.items")).isEmpty();
        assertThat(roles().drop(SecretFolder.of(ARN), endpoint(), MASTER).roles())
                .allSatisfy(role -> assertThat(role.end()).isEqualTo(Dropped.End.ABSENT));
    }

    @Test
    void plansARemovalWithoutChangingAnything() throws SQLException {
        make();
        List<String> before = state();
        assertThat(roles().planDrop(SecretFolder.of(ARN), endpoint(), MASTER).statements())
                .extracting(PlannedStatement::sql)
                .contains("ALTER LOGIN [hoop_ro] DISABLE", "DROP USER [hoop_rw]", "DROP LOGIN [hoop_ddl]");
        assertThat(state()).isEqualTo(before);
        assertThat(targets().accepts(endpoint(), login("hoop_ro"))).isTrue();
    }

    @Test
    void leavesARoleDisabledThatCannotBeRemoved() throws SQLException {
        make();
        // The master has no rights in it any more, but the users are there.
        administer(
                "ALTER AUTHORIZATION ON DATABASE::[resting] TO [sa]",
                "USE [resting]; CREATE USER [rdsmaster] FOR LOGIN [rdsmaster]");
        Login ro = login("hoop_ro");
        assertThat(roles().drop(SecretFolder.of(ARN), endpoint(), MASTER).roles())
                .allSatisfy(role -> assertThat(role.end()).isEqualTo(Dropped.End.LEFT));
        assertThat(targets().accepts(endpoint(), ro)).isFalse();
    }

    @Test
    void tellsALoginThatIsRefusedFromAServerThatIsNotThere() {
        assertThat(targets().accepts(endpoint(), new Login("rdsmaster", Secret.of("wrong"))))
                .isFalse();
        Endpoint nowhere = new Endpoint(endpoint().engine(), endpoint().host(), 1, "master");
        assertThatThrownBy(() -> targets().accepts(nowhere, MASTER))
                .isInstanceOfSatisfying(
                        TargetException.class, e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.TRANSIENT));
        Endpoint closed =
                new Endpoint(endpoint().engine(), endpoint().host(), endpoint().port(), "nothing");
        assertThatThrownBy(() -> targets().accepts(closed, MASTER))
                .isInstanceOfSatisfying(
                        TargetException.class, e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.PERMANENT));
    }

    @Test
    void tellsNothingOfAPasswordThatTheServerDidNotTake() {
        make();
        SqlServerRoles engine = new SqlServerRoles(targets(), endpoint(), MASTER, "hoop", 3);
        assertThatThrownBy(() -> engine.setPassword(Script.executing(), RoleKind.RO, Secret.of("sh'ort")))
                .isInstanceOf(TargetException.class)
                .hasMessage("the login hoop_ro cannot be made or changed (SQLSTATE HY000, error 15116)");
    }

    private Roles roles() {
        return new Roles(targets(), secrets, InstantSource.system(), "hoop", 3);
    }

    private Roles.Outcome makeAnyhow() {
        return roles().make(SecretFolder.of(ARN), endpoint(), MASTER);
    }

    private Roles.Outcome make() {
        Roles.Outcome outcome = makeAnyhow();
        assertThat(outcome.results())
                .allSatisfy(result ->
                        assertThat(result.status()).as(result.message()).isEqualTo(Job.Phase.COMPLETED));
        assertThat(outcome.databases()).containsExactlyInAnyOrderElementsOf(DATABASES);
        return outcome;
    }

    private Login login(String role) {
        return Credentials.login(
                secrets.current(Credentials.secretId(ARN, role)).orElseThrow());
    }

    private void assertMay(String role, String database, String sql, boolean allowed) {
        try {
            as(login(role), database, sql);
            assertThat(allowed).as("%s may: %s", role, sql).isTrue();
            undo(database, sql);
        } catch (SQLException e) {
            assertThat(allowed).as("%s may: %s (%s)", role, sql, e.getMessage()).isFalse();
            assertThat(DENIED).contains(e.getErrorCode());
        } catch (TargetException e) {
            assertThat(allowed)
                    .as("%s may open %s: %s", role, database, e.getMessage())
                    .isFalse();
        }
    }

    private void undo(String database, String sql) throws SQLException {
        if (sql.startsWith("CREATE TABLE dbo.mine")) {
            in(database, "DROP TABLE dbo.mine");
        } else if (sql.startsWith("ALTER TABLE")) {
            in(database, "DROP TABLE dbo.items", "CREATE TABLE dbo.items (id INT, name NVARCHAR(20))");
        }
    }

    /** Everything about our roles that can be looked up, but for passwords. */
    private List<String> state() throws SQLException {
        Set<String> state = new TreeSet<>();
        for (RoleKind role : RoleKind.ALL) {
            String name = role.name("hoop");
            add(
                    state,
                    "login",
                    rows("master", "SELECT name, is_disabled FROM sys.server_principals WHERE name = N'" + name + "'"));
            for (String database : DATABASES) {
                for (List<String> user : rows(
                        database,
                        "SELECT principal_id, name, SUSER_SNAME(sid) AS login_name FROM sys.database_principals"
                                + " WHERE name = N'" + name + "'")) {
                    add(state, database, List.of(user.subList(1, 3)));
                    add(
                            state,
                            database + " " + name,
                            rows(
                                    database,
                                    "SELECT USER_NAME(role_principal_id) AS r"
                                            + " FROM sys.database_role_members WHERE member_principal_id = "
                                            + user.getFirst()));
                    add(
                            state,
                            database + " " + name,
                            rows(
                                    database,
                                    "SELECT permission_name, state"
                                            + " FROM sys.database_permissions WHERE grantee_principal_id = "
                                            + user.getFirst()));
                }
            }
        }
        return List.copyOf(state);
    }

    private static void add(Set<String> state, String where, List<List<String>> rows) {
        state.addAll(rows.stream().map(row -> where + " " + row).collect(Collectors.toSet()));
    }

    private void in(String database, String... statements) throws SQLException {
        as(administrator(), database, statements);
    }

    private boolean administered(String statement) throws SQLException {
        administer(statement);
        return true;
    }

    private void administer(String... statements) throws SQLException {
        as(administrator(), "master", statements);
    }

    private void as(Login login, String database, String... statements) throws SQLException {
        try (SqlServerConnection connection = targets().connectSqlServer(endpoint(), login, database)) {
            for (String sql : statements) {
                connection.execute(sql);
            }
        }
    }

    private List<List<String>> rows(String database, String sql) throws SQLException {
        try (SqlServerConnection connection = targets().connectSqlServer(endpoint(), administrator(), database)) {
            return connection.rows(sql);
        }
    }
}
