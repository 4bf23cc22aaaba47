package dev.sallyport.sandbox.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.sandbox.tls.LocalAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in through clients that we did not write: Microsoft's JDBC driver and, where it is installed, FreeTDS. */
class SqlServerStandInTest {

    private static final String PASSWORD = "Sa-password1";

    @TempDir
    static Path folder;

    private static SqlServerStandIn plain;
    private static SqlServerStandIn secured;

    @BeforeAll
    static void start() {
        plain = SqlServerStandIn.plain(0, PASSWORD);
        secured =
                SqlServerStandIn.secured(0, PASSWORD, LocalAuthority.in(folder).issue("sql"));
    }

    @AfterAll
    static void stop() {
        plain.close();
        secured.close();
    }

    @BeforeEach
    void clean() throws SQLException {
        execute("IF EXISTS (SELECT name FROM sys.databases WHERE name = N'shop') DROP DATABASE shop");
        for (String login : List.of("ann", "bob", "x]]; DROP LOGIN sa; --")) {
            execute("IF EXISTS (SELECT name FROM sys.server_principals WHERE name = N'" + login.replace("]]", "]")
                    + "') DROP LOGIN [" + login + "]");
        }
        execute("CREATE DATABASE shop");
    }

    @Test
    void speaksWithMicrosoftsDriverWithAndWithoutTls() throws SQLException {
        for (String url : List.of(
                plain.port() + ";encrypt=false",
                secured.port() + ";encrypt=true;trustServerCertificate=true",
                secured.port() + ";encrypt=false;trustServerCertificate=true")) {
            try (Connection connection = connect(url, "sa", PASSWORD)) {
                assertThat(connection.isValid(5)).isTrue();
                assertThat(connection.getMetaData().getDatabaseProductName()).isEqualTo("Microsoft SQL Server");
            }
        }
    }

    @Test
    void hasNoTlsWithoutACertificate() {
        assertThatThrownBy(() -> connect(plain.port() + ";encrypt=true;trustServerCertificate=true", "sa", PASSWORD))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void executesPreparedStatements() throws SQLException {
        try (Connection connection = connect("");
                PreparedStatement statement =
                        connection.prepareStatement("SELECT name, owner_sid FROM sys.databases WHERE name = ?")) {
            // The driver changes to a prepared handle from the second execution on.
            for (int i = 0; i < 3; i++) {
                statement.setString(1, "MSDB");
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo("msdb");
                    assertThat(row.getBytes(2)).containsExactly(1);
                }
            }
        }
    }

    @Test
    void sendsLongAnswersInSeveralPackets() throws SQLException {
        for (int i = 0; i < 200; i++) {
            execute("USE shop; CREATE TABLE dbo.a_table_with_quite_a_long_name_" + i + " (id int)");
        }
        assertThat(rows("shop", "SELECT name FROM sys.objects")).hasSize(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SELEC 1                                                             | 40510
            SELECT name FROM sys.nothing                                        | 208
            SELECT nothing FROM sys.databases                                   | 207
            SELECT NOTHING()                                                    | 195
            SELECT 'x                                                           | 105
            SET NOTHING ON                                                      | 195
            WAITFOR DELAY '00:01'                                               | 40510
            MERGE INTO a USING b                                                | 40510
            EXEC xp_cmdshell 'id'                                               | 40510
            USE nothing                                                         | 911
            CREATE LOGIN [sa] WITH PASSWORD = N'Long-enough1'                   | 15025
            CREATE LOGIN [ann] WITH PASSWORD = N'short'                         | 15116
            CREATE LOGIN [ann] WITH PASSWORD = N'longenough'                    | 15118
            CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1', DEFAULT_DATABASE = [no] | 911
            ALTER LOGIN [nobody] DISABLE                                        | 15151
            DROP LOGIN [nobody]                                                 | 15151
            CREATE USER [nobody] FOR LOGIN [nobody]                             | 15007
            ALTER USER [dbo] WITH LOGIN = [sa]                                  | 15150
            DROP USER [nobody]                                                  | 15151
            ALTER ROLE [nothing] ADD MEMBER [dbo]                               | 15151
            ALTER ROLE [db_owner] ADD MEMBER [nobody]                           | 15151
            ALTER SERVER ROLE [nothing] ADD MEMBER [sa]                         | 15151
            GRANT NOTHING TO [dbo]                                              | 102
            GRANT SELECT ON OBJECT::[no].[thing] TO [dbo]                       | 15151
            KILL 4711                                                           | 6106
            """)
    void answersMistakesWithTheServersNumbers(String sql, int number) {
        assertThat(errorOf(sql)).isEqualTo(number);
    }

    @Test
    void runsNothingOfABatchThatItDoesNotUnderstandToTheEnd() throws SQLException {
        assertThat(errorOf("CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'; FROBNICATE"))
                .isEqualTo(40510);
        assertThat(rows("master", "SELECT name FROM sys.server_principals WHERE name = N'ann'"))
                .isEmpty();
    }

    @Test
    void catchesErrorsAndTellsThem() throws SQLException {
        assertThat(
                        rows(
                                "shop",
                                "BEGIN TRY ALTER ROLE [nothing] ADD MEMBER [dbo]; END TRY"
                                        + " BEGIN CATCH SELECT ERROR_NUMBER() AS number, ERROR_MESSAGE() AS message; END CATCH"))
                .containsExactly(List.of(
                        "15151",
                        "Cannot alter the role 'nothing', because it does not exist or you do not have permission."));
    }

    @Test
    void keepsUsersApartFromLoginsByTheirSids() throws SQLException {
        execute(
                "CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'",
                "USE shop; CREATE USER [ann] FOR LOGIN [ann]",
                "DROP LOGIN [ann]",
                "CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'");
        assertThat(openError("ann", "shop")).isEqualTo(4060);
        assertThat(errorOf("USE shop; CREATE USER [ann] FOR LOGIN [ann]")).isEqualTo(15023);
        execute("USE shop; ALTER USER [ann] WITH LOGIN = [ann]");
        assertThat(openError("ann", "shop")).isZero();
        assertThat(errorOf("USE shop; CREATE USER [other] FOR LOGIN [ann]")).isEqualTo(15063);
    }

    @Test
    void refusesDatabasesThatCannotBeOpened() throws SQLException {
        execute("CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'");
        assertThat(openError("ann", "shop")).isEqualTo(4060);
        assertThat(errorAs("ann", "USE shop")).isEqualTo(916);
        execute("ALTER DATABASE shop SET OFFLINE");
        assertThat(errorOf("USE shop")).isEqualTo(942);
        plain.restoring("shop");
        assertThat(errorOf("USE shop")).isEqualTo(927);
        execute("ALTER DATABASE shop SET ONLINE; ALTER DATABASE shop SET READ_ONLY");
        assertThat(errorOf("USE shop; CREATE USER [ann] FOR LOGIN [ann]")).isEqualTo(3906);
    }

    @Test
    void dropsNoUserThatOwnsSomething() throws SQLException {
        execute(
                "CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'",
                "USE shop; CREATE USER [ann] FOR LOGIN [ann]; CREATE TABLE dbo.t (id int)",
                "USE shop; CREATE SCHEMA [hers] AUTHORIZATION [ann]");
        assertThat(errorOf("USE shop; DROP USER [ann]")).isEqualTo(15138);
        execute(
                "USE shop; ALTER AUTHORIZATION ON SCHEMA::[hers] TO [dbo]; ALTER AUTHORIZATION ON OBJECT::[dbo].[t] TO [ann]");
        assertThat(errorOf("USE shop; DROP USER [ann]")).isEqualTo(15183);
        execute(
                "USE shop; ALTER AUTHORIZATION ON OBJECT::[dbo].[t] TO SCHEMA OWNER; CREATE ROLE [team] AUTHORIZATION [ann]");
        assertThat(errorOf("USE shop; DROP USER [ann]")).isEqualTo(15421);
        execute("USE shop; ALTER AUTHORIZATION ON ROLE::[team] TO [dbo]; DROP USER [ann]");
        execute("ALTER AUTHORIZATION ON DATABASE::[shop] TO [ann]");
        assertThat(errorOf("DROP LOGIN [ann]")).isEqualTo(15174);
    }

    @Test
    void letsNobodyDoWhatHeMayNot() throws SQLException {
        execute(
                "CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'",
                "USE shop; CREATE USER [ann] FOR LOGIN [ann]; CREATE TABLE dbo.t (id int)");
        assertThat(errorAs("ann", "CREATE LOGIN [bob] WITH PASSWORD = N'Long-enough1'"))
                .isEqualTo(15151);
        assertThat(errorAs("ann", "CREATE DATABASE hers")).isEqualTo(262);
        assertThat(errorAs("ann", "USE shop; SELECT * FROM dbo.t")).isEqualTo(229);
        assertThat(errorAs("ann", "USE shop; ALTER ROLE [db_owner] ADD MEMBER [ann]"))
                .isEqualTo(15247);
        assertThat(errorAs("ann", "ALTER SERVER ROLE [sysadmin] ADD MEMBER [ann]"))
                .isEqualTo(15151);
        assertThat(errorAs("ann", "KILL 1")).isEqualTo(6102);
        execute("USE shop; ALTER ROLE [db_datareader] ADD MEMBER [ann]");
        assertThat(errorAs("ann", "USE shop; SELECT * FROM dbo.t")).isZero();
        execute("USE shop; DENY SELECT ON OBJECT::[dbo].[t] TO [ann]");
        assertThat(errorAs("ann", "USE shop; SELECT * FROM dbo.t")).isEqualTo(229);
    }

    @Test
    void takesNamesInBracketsAsTheyAre() throws SQLException {
        execute("CREATE LOGIN [x]]; DROP LOGIN sa; --] WITH PASSWORD = N'It''s-enough1'");
        assertThat(rows("master", "SELECT name FROM sys.sql_logins WHERE name = N'x]; DROP LOGIN sa; --'"))
                .hasSize(1);
        try (Connection connection = connect("", "x]; DROP LOGIN sa; --", "It's-enough1")) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void disablesLoginsAndEndsTheirSessions() throws SQLException {
        execute("CREATE LOGIN [ann] WITH PASSWORD = N'Long-enough1'");
        try (Connection hers = connect("", "ann", "Long-enough1")) {
            assertThat(errorOf("DROP LOGIN [ann]")).isEqualTo(15434);
            execute("ALTER LOGIN [ann] DISABLE");
            assertThat(openError("ann", "master")).isEqualTo(18470);
            String id = rows("master", "SELECT session_id FROM sys.dm_exec_sessions WHERE login_name = N'ann'")
                    .getFirst()
                    .getFirst();
            execute("KILL " + id);
            assertThat(hers.isValid(5)).isFalse();
        }
        execute("DROP LOGIN [ann]");
        assertThat(openError("ann", "master")).isEqualTo(18456);
    }

    @Test
    void freeTdsLogsInToo() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tsql")), "FreeTDS (freetds-bin) is not installed");
        for (SqlServerStandIn server : List.of(plain, secured)) {
            assertThat(tsql(server, PASSWORD, "SELECT name, state_desc FROM sys.databases WHERE name = N'model'"))
                    .contains("model\tONLINE");
            assertThat(tsql(server, "wrong", "SELECT 1")).contains("Msg 18456");
        }
        assertThat(tsql(plain, PASSWORD, "USE nothing")).contains("Msg 911");
    }

    private static String tsql(SqlServerStandIn server, String password, String sql)
            throws IOException, InterruptedException {
        Process client = new ProcessBuilder(
                        "tsql", "-H", "localhost", "-p", String.valueOf(server.port()), "-U", "sa", "-P", password)
                .redirectErrorStream(true)
                .start();
        try (var in = client.outputWriter(StandardCharsets.UTF_8)) {
            in.write(sql + "\ngo\nexit\n");
        }
        String said = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private static Connection connect(String url, String user, String password) throws SQLException {
        String where = url.isEmpty() ? plain.port() + ";encrypt=false" : url;
        return DriverManager.getConnection("jdbc:sqlserver://localhost:" + where, user, password);
    }

    private static Connection connect(String database) throws SQLException {
        String where = plain.port() + ";encrypt=false" + (database.isEmpty() ? "" : ";databaseName=" + database);
        return connect(where, "sa", PASSWORD);
    }

    private static void execute(String... statements) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
                // An error in a later statement of a batch comes with a later result.
                while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                    continue;
                }
            }
        }
    }

    private static int errorOf(String sql) {
        try {
            execute(sql);
            return 0;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private static int errorAs(String user, String sql) {
        try (Connection connection = connect("", user, "Long-enough1");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                continue;
            }
            return 0;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private static int openError(String user, String database) {
        try (Connection connection =
                connect(plain.port() + ";encrypt=false;databaseName=" + database, user, "Long-enough1")) {
            return connection.isValid(5) ? 0 : -1;
        } catch (SQLException e) {
            return e.getErrorCode();
        }
    }

    private static List<List<String>> rows(String database, String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.add(String.valueOf(row.getString(i)));
                }
                rows.add(values);
            }
        }
        return rows;
    }
}
