package dev.sallyport.proxy.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.RecordedSession.Recorded;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Connector/J and MariaDB Connector/J through the proxy, to the real servers that the subclasses name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MySqlProxyCases {

    private static final Secret SECRET = Secret.random(32);
    private static final Secret TARGET_PASSWORD = Secret.random(32);

    @TempDir
    static Path folder;

    private final Distribution distribution;
    private MySqlFamilyServer server;
    private LoopbackProxy proxy;
    private LoopbackProxy withLocalFiles;
    private GrantId grant;

    MySqlProxyCases(Distribution distribution) {
        this.distribution = distribution;
    }

    @BeforeAll
    void start() throws Exception {
        org.junit.jupiter.api.Assumptions.assumeTrue(distribution.available(), "libaio is missing");
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        ServerCertificate certificate = authority.issue("server");
        server = MySqlFamilyServer.in(folder.resolve(distribution.name()), distribution)
                .forTests()
                .tls(certificate)
                .start();
        server.execute(
                "",
                "SET GLOBAL local_infile = 1",
                "CREATE DATABASE shop",
                "CREATE TABLE shop.item (id int PRIMARY KEY AUTO_INCREMENT, name varchar(50), data longblob)",
                "CREATE TABLE shop.sealed (id int)",
                "CREATE USER 'hoop_rw'@'%' IDENTIFIED BY '" + TARGET_PASSWORD.reveal() + "'",
                "GRANT SELECT, INSERT ON shop.item TO 'hoop_rw'@'%'",
                "GRANT SELECT ON shop.sealed TO 'hoop_rw'@'%'");
        proxy = new LoopbackProxy(certificate, TARGET_PASSWORD, false);
        withLocalFiles = new LoopbackProxy(certificate, TARGET_PASSWORD, true);
        grant = GrantId.next(InstantSource.system());
        proxy.grants.put(grant.value(), state());
        withLocalFiles.grants.put(grant.value(), state());
    }

    private GrantState state() {
        return new GrantState(
                grant,
                RequestId.next(InstantSource.system()),
                new Grantee("engineer", "engineer", ""),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:111122223333:db:shop-db/shop"),
                        distribution.engine(),
                        "localhost",
                        server.port(),
                        "hoop_rw",
                        "hoop_rw",
                        new GrantTarget.SecretRef("database", "x", "PASSWORD")),
                grant.value(),
                LoginVerifiers.of(SECRET),
                Instant.now(),
                Instant.now().plus(Duration.ofHours(1)));
    }

    @AfterAll
    void stop() {
        if (proxy != null) {
            proxy.close();
        }
        if (withLocalFiles != null) {
            withLocalFiles.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private Connection connect(String options) throws SQLException {
        return connect(grant.value(), SECRET, "shop", options);
    }

    private Connection connect(String user, Secret password, String database, String options) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password.reveal());
        return DriverManager.getConnection(
                "jdbc:mysql://localhost:" + proxy.port + "/" + database + "?sslMode=REQUIRED&" + options, login);
    }

    @Test
    void statementsAreExecutedAndAuditedOnceEach() throws SQLException {
        try (Connection connection = connect("allowMultiQueries=true");
                Statement statement = connection.createStatement()) {
            int before = proxy.last().sql().size();
            statement.executeUpdate("INSERT INTO item (name) VALUES ('one'), ('two')");
            statement.execute("SELECT 1; SELECT 2 UNION SELECT 3");
            assertThat(proxy.last().sql().subList(before, before + 2))
                    .containsExactly(
                            "query: INSERT INTO item (name) VALUES ('one'), ('two')",
                            "query: SELECT 1; SELECT 2 UNION SELECT 3");
            assertThat(rows(before)).isEqualTo(2);
            assertThat(rows(before + 1)).isEqualTo(3);
        }
    }

    private long rows(int index) {
        Outcome outcome = proxy.last().session.executed().get(index).outcome;
        return outcome instanceof Outcome.Ok ok && ok.rows() != null ? ok.rows() : -1;
    }

    @Test
    void parametersOfPreparedStatementsAreDecoded() throws SQLException {
        try (Connection connection = connect("useServerPrepStmts=true");
                PreparedStatement statement = connection.prepareStatement("SELECT ?, ?, ?, ?, ?")) {
            statement.setInt(1, -7);
            statement.setString(2, "größe");
            statement.setNull(3, java.sql.Types.VARCHAR);
            statement.setDouble(4, 1.5);
            statement.setBigDecimal(5, new java.math.BigDecimal("12.50"));
            for (int i = 0; i < 2; i++) {
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(2)).isEqualTo("größe");
                }
            }
            Recorded last = proxy.last().session.executed().getLast();
            assertThat(last.kind).isEqualTo("stmt_execute");
            assertThat(last.sql()).isEqualTo("SELECT ?, ?, ?, ?, ?");
            assertThat(last.parameters.stream().map(Parameter::value))
                    .containsExactly("-7", "größe", null, "1.5", "12.50");
        }
    }

    /** They are offered once the target was met; MariaDB has none, and Connector/J then sends none. */
    @Test
    void queryAttributesAreRecordedWithTheirNames() throws SQLException {
        connect("").close();
        String[] values = {"7f", "ü".repeat(5000)};
        for (String value : values) {
            try (Connection connection = connect("useServerPrepStmts=true");
                    Statement statement = connection.createStatement();
                    PreparedStatement prepared = connection.prepareStatement("SELECT ? + 1")) {
                LoopbackProxy.Served served = proxy.last();
                attribute(statement, "trace", value);
                attribute(statement, "sampled", true);
                assertThat(onlyNumber(statement.executeQuery("SELECT 41 + 1"))).isEqualTo(42);
                List<Parameter> ofQuery = served.session.executed().getLast().parameters;

                prepared.setInt(1, 1);
                assertThat(onlyNumber(prepared.executeQuery())).isEqualTo(2);
                attribute(prepared, "trace", value);
                assertThat(onlyNumber(prepared.executeQuery())).isEqualTo(2);
                List<Parameter> ofExecution = served.session.executed().getLast().parameters;

                assertThat(served.session.executed().getLast().sql()).isEqualTo("SELECT ? + 1");
                assertThat(ofExecution.getFirst()).isEqualTo(new Parameter("int", "1"));
                if (distribution == Distribution.MARIADB) {
                    assertThat(ofQuery).isEmpty();
                    assertThat(ofExecution).hasSize(1);
                } else {
                    assertThat(ofQuery.stream().map(Parameter::name)).containsExactly("trace", "sampled");
                    assertThat(ofQuery.getFirst().value()).startsWith(value.substring(0, 2));
                    assertThat(ofExecution.getLast()).isEqualTo(new Parameter("char", value, "trace"));
                }
            }
        }
    }

    private static void attribute(Statement statement, String name, Object value) throws SQLException {
        statement.unwrap(com.mysql.cj.jdbc.JdbcStatement.class).setAttribute(name, value);
    }

    private static int onlyNumber(ResultSet rows) throws SQLException {
        try (rows) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }

    @Test
    void aCursorIsReadInPieces() throws SQLException {
        try (Connection connection = connect("useServerPrepStmts=true&useCursorFetch=true&defaultFetchSize=2");
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5")) {
            int count = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    count++;
                }
            }
            assertThat(count).isEqualTo(5);
            assertThat(proxy.last().sql()).anyMatch(one -> one.startsWith("stmt_fetch: SELECT 1"));
        }
    }

    @Test
    void aForbiddenWriteFailsWithTheDatabasesOwnError() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO sealed VALUES (1)"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1142));
            assertThat(proxy.last().session.executed().getLast().outcome)
                    .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                        assertThat(failed.errorCode()).isEqualTo(1142);
                        assertThat(failed.sqlState()).isEqualTo("42000");
                    });
        }
    }

    @Test
    void twentyMegabytesGoThroughAsTextAndAsParameterAndComeBack() throws SQLException {
        byte[] data = new byte[20 * 1024 * 1024];
        java.util.Arrays.fill(data, (byte) 'x');
        for (String options : new String[] {"useServerPrepStmts=true", "useServerPrepStmts=false"}) {
            try (Connection connection = connect(options);
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO item (name, data) VALUES (?, ?)")) {
                insert.setString(1, "big");
                insert.setBytes(2, data);
                assertThat(insert.executeUpdate()).isEqualTo(1);
                try (ResultSet row =
                        connection.createStatement().executeQuery("SELECT data FROM item WHERE name = 'big' LIMIT 1")) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getBytes(1)).isEqualTo(data);
                }
            }
        }
    }

    @Test
    void aLargeResultAndABatchGoThrough() throws SQLException {
        try (Connection connection = connect("rewriteBatchedStatements=true");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO item (name) VALUES (?)")) {
            for (int i = 0; i < 2000; i++) {
                insert.setString(1, "row " + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(2000);
            try (ResultSet rows = connection
                    .createStatement()
                    .executeQuery("SELECT a.name FROM item a, item b WHERE a.name LIKE 'row%' LIMIT 200000")) {
                int count = 0;
                while (rows.next()) {
                    count++;
                }
                assertThat(count).isEqualTo(200_000);
            }
            assertThat(rows(proxy.last().session.executed().size() - 1)).isEqualTo(200_000);
        }
    }

    @Test
    void mariadbsConnectorGoesThroughWithPipelinedPreparations() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + proxy.port + "/shop?sslMode=trust&useServerPrepStmts=true",
                        grant.value(),
                        SECRET.reveal());
                PreparedStatement statement = connection.prepareStatement("SELECT ? + 1")) {
            for (int i = 0; i < 3; i++) {
                statement.setInt(1, i);
                try (ResultSet row = statement.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getInt(1)).isEqualTo(i + 1);
                }
            }
        }
    }

    @Test
    void theGreetingIsTheTargetsOwnOnceItWasMet() throws SQLException {
        try (Connection first = connect("");
                Connection admin = server.connect("")) {
            assertThat(first.isValid(30)).isTrue();
            try (Connection second = connect("")) {
                assertThat(second.getMetaData().getDatabaseProductVersion())
                        .isEqualTo(admin.getMetaData().getDatabaseProductVersion());
            }
        }
    }

    @Test
    void aTimeoutOfConnectorJEndsItsOwnStatementOnly() throws Exception {
        try (Connection connection = connect("");
                Connection other = connect("");
                Statement statement = connection.createStatement()) {
            LoopbackProxy.Served served = proxy.last();
            Thread running = sleeping(other, 4);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> served.sql().stream().anyMatch(one -> one.contains("SLEEP(4)")));
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.executeQuery("SELECT SLEEP(602)"))
                    .isInstanceOf(SQLException.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> running("SLEEP(602)") == 0);
            running.join();
            assertThat(other.isValid(30)).isTrue();
        }
    }

    @Test
    void aCancelOfMariadbsConnectorReachesTheRunningStatement() throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + proxy.port + "/shop?sslMode=trust",
                        grant.value(),
                        SECRET.reveal());
                Statement statement = connection.createStatement()) {
            var cancelling = new java.util.concurrent.FutureTask<Void>(() -> {
                await().atMost(Duration.ofSeconds(30)).until(() -> running("SLEEP(603)") == 1);
                statement.cancel();
                return null;
            });
            Thread.ofVirtual().start(cancelling);
            try (ResultSet row = statement.executeQuery("SELECT SLEEP(603)")) {
                // MySQL answers an interrupted SLEEP with 1, MariaDB with an error.
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(1);
            } catch (SQLException interrupted) {
                assertThat(interrupted.getErrorCode()).isEqualTo(1317);
            }
            cancelling.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> running("SLEEP(603)") == 0);
        }
    }

    @Test
    void nobodyElsesConnectionIsEnded() throws SQLException {
        try (Connection connection = connect("");
                Connection own = connect("");
                Connection others = DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + server.port() + "/shop?sslMode=trust",
                        "hoop_rw",
                        TARGET_PASSWORD.reveal());
                Statement statement = connection.createStatement()) {
            long theirs = connectionId(others);
            assertThatThrownBy(() -> statement.execute("KILL " + theirs))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1094));
            assertThatThrownBy(() -> statement.execute("KILL CONNECTION (" + theirs + ")"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(1227));
            assertThat(others.isValid(30)).isTrue();

            statement.execute("KILL " + connectionId(own));
            await().atMost(Duration.ofSeconds(30)).until(() -> !own.isValid(5));
        }
    }

    private static long connectionId(Connection connection) throws SQLException {
        try (ResultSet row = connection.createStatement().executeQuery("SELECT CONNECTION_ID()")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static Thread sleeping(Connection connection, int seconds) {
        return Thread.ofVirtual().start(() -> {
            try (ResultSet row = connection.createStatement().executeQuery("SELECT SLEEP(" + seconds + ")")) {
                assertThat(row.next()).isTrue();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void localFilesAreNotAskedFor() throws Exception {
        Path file = java.nio.file.Files.writeString(folder.resolve("items.csv"), "1,one\n");
        for (String url : new String[] {
            "jdbc:mysql://localhost:" + proxy.port + "/shop?sslMode=REQUIRED&allowLoadLocalInfile=true",
            "jdbc:mariadb://localhost:" + proxy.port + "/shop?sslMode=trust&allowLocalInfile=true"
        }) {
            try (Connection connection = DriverManager.getConnection(url, grant.value(), SECRET.reveal());
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() ->
                                statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE item (id, name)"))
                        .isInstanceOf(SQLException.class);
                assertThat(connection.isValid(30)).isTrue();
            }
        }
    }

    @Test
    void localFilesAreRecordedByNameAndLengthWhereTheyAreAllowed() throws Exception {
        int lines = 50_000;
        StringBuilder csv = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            csv.append("local,").append("x".repeat(200)).append(i).append('\n');
        }
        Path file = java.nio.file.Files.writeString(folder.resolve(distribution + ".csv"), csv);
        String load = "LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE item FIELDS TERMINATED BY ',' (name, data)";
        for (String url : localFileUrls()) {
            try (Connection connection = DriverManager.getConnection(url, grant.value(), SECRET.reveal());
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate(load)).isEqualTo(lines);
                List<Recorded> executed = withLocalFiles.last().session.executed();
                Recorded asked = executed.getLast();
                assertThat(asked.kind).isEqualTo("local_infile");
                assertThat(asked.sql()).isEqualTo(file.toString());
                assertThat(asked.fromClient).isEqualTo(csv.length());
                assertThat(asked.outcome).isInstanceOf(Outcome.Ok.class);
                Recorded statementItself = executed.get(executed.size() - 2);
                assertThat(statementItself.sql()).isEqualTo(load);
                assertThat(statementItself.outcome)
                        .isInstanceOfSatisfying(
                                Outcome.Ok.class, ok -> assertThat(ok.rows()).isEqualTo(lines));
                assertThat(connection.isValid(30)).isTrue();
            }
        }
    }

    @Test
    void aLocalFileThatIsNotThereOrFailsLeavesTheSessionGoingOn() throws Exception {
        Path file = java.nio.file.Files.writeString(folder.resolve(distribution + "-bad.csv"), "1,one\n");
        for (String url : localFileUrls()) {
            try (Connection connection = DriverManager.getConnection(url, grant.value(), SECRET.reveal());
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("LOAD DATA LOCAL INFILE '/nonexistent' INTO TABLE item"))
                        .isInstanceOf(SQLException.class);
                assertThat(connection.isValid(30)).isTrue();
                assertThatThrownBy(() -> statement.execute("LOAD DATA LOCAL INFILE '" + file + "' INTO TABLE sealed"))
                        .isInstanceOf(SQLException.class);
                assertThat(connection.isValid(30)).isTrue();
            }
        }
    }

    private List<String> localFileUrls() {
        String at = "://localhost:" + withLocalFiles.port + "/shop?";
        return List.of(
                "jdbc:mysql" + at + "sslMode=REQUIRED&allowLoadLocalInfile=true",
                "jdbc:mariadb" + at + "sslMode=trust&allowLocalInfile=true");
    }

    @Test
    void wrongSecretsUnknownUsersAndOtherDatabasesAreRefused() {
        assertThatThrownBy(() -> connect(grant.value(), Secret.random(32), "shop", ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
        assertThat(proxy.last().failure).isEqualTo(AuthFailure.WRONG_SECRET);
        assertThatThrownBy(() -> connect("nobody", SECRET, "shop", ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1045));
        assertThatThrownBy(() -> connect(grant.value(), SECRET, "other", ""))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1044));
    }

    @Test
    void aPasswordThatIsNotTakenIsReadAgain() throws SQLException {
        proxy.oldPassword = Secret.of("before-the-rotation");
        try (Connection connection = connect("")) {
            assertThat(connection.isValid(5)).isTrue();
        } finally {
            proxy.oldPassword = null;
        }
        assertThat(proxy.last().failure).isNull();
    }

    @Test
    void plainTextIsRefused() {
        Properties login = new Properties();
        login.setProperty("user", grant.value());
        login.setProperty("password", SECRET.reveal());
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:mysql://localhost:" + proxy.port + "/shop?sslMode=DISABLED", login))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(3159));
    }

    @Test
    void theEndOfAGrantCutsTheConnectionAndWhatItRuns() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            LoopbackProxy.Served served = proxy.last();
            Thread.ofVirtual().start(() -> {
                await().until(() -> served.sql().stream().anyMatch(one -> one.contains("SLEEP")));
                served.end(CloseCause.GRANT_CLOSED);
            });
            assertThatThrownBy(() -> statement.executeQuery("SELECT SLEEP(600)"))
                    .hasMessageContaining("grant");
            await().untilAsserted(() -> assertThat(served.closed).isEqualTo(CloseCause.GRANT_CLOSED));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> running("SLEEP(600)") == 0);
    }

    @Test
    void whatAVanishedClientRanIsEnded() throws Exception {
        Connection connection = connect("");
        LoopbackProxy.Served served = proxy.last();
        Thread running = Thread.ofVirtual().start(() -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT SLEEP(601)");
            } catch (SQLException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        });
        await().until(() -> served.sql().stream().anyMatch(one -> one.contains("SLEEP")));
        connection.abort(Runnable::run);
        running.join();
        await().untilAsserted(() -> assertThat(served.closed).isEqualTo(CloseCause.CLIENT_LOST));
        await().atMost(Duration.ofSeconds(10)).until(() -> running("SLEEP(601)") == 0);
    }

    @Test
    void aStatementThatCannotBeJournaledIsNotForwarded() throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement()) {
            LoopbackProxy.Served served = proxy.last();
            served.session.journalBroken = true;
            assertThatThrownBy(() -> statement.executeUpdate("INSERT INTO item (name) VALUES ('unseen')"))
                    .isInstanceOf(SQLException.class);
            await().untilAsserted(() -> assertThat(served.closed).isEqualTo(CloseCause.JOURNAL_UNAVAILABLE));
        }
        try (Connection admin = server.connect("shop");
                ResultSet count =
                        admin.createStatement().executeQuery("SELECT COUNT(*) FROM item WHERE name = 'unseen'")) {
            assertThat(count.next()).isTrue();
            assertThat(count.getInt(1)).isZero();
        }
    }

    @Test
    void bytesThatAreNoLoginEndTheConnection() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", proxy.port)) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: shop\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout(10_000);
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("#HY000Malformed communication packet");
        }
    }

    private int running(String what) throws SQLException {
        try (Connection admin = server.connect("");
                ResultSet count = admin.createStatement()
                        .executeQuery("SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%" + what
                                + "%' AND id <> CONNECTION_ID()")) {
            count.next();
            return count.getInt(1);
        }
    }
}
