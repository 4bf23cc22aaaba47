package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.RecordedSession.Recorded;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/** Real clients, the proxy, a real PostgreSQL 18 with TLS. */
class PostgresProxyIT {

    private static final Secret ROLE_PASSWORD = Secret.random(24);
    private static final Secret LOGIN = Secret.random(32);

    @TempDir
    static Path folder;

    static PostgresServer server;
    static ProxyRig rig;
    static String ca;

    GrantState grant;

    @BeforeAll
    static void start() throws Exception {
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        ca = authority.certificateFile().toString();
        server = PostgresServer.in(folder.resolve("pg"))
                .forTests()
                .tls(authority.issue("target"))
                .start();
        server.execute(
                "postgres",
                "CREATE ROLE hoop_ro LOGIN PASSWORD '" + ROLE_PASSWORD.reveal() + "'",
                "CREATE DATABASE orders");
        server.execute(
                "orders",
                "CREATE TABLE item (id int PRIMARY KEY, name text, price numeric(10,2))",
                "CREATE TABLE secret (x int)",
                "CREATE TABLE scratch (id int, name text)",
                "INSERT INTO item SELECT i, 'item ' || i, i * 1.5 FROM generate_series(1, 1000) i",
                "GRANT SELECT ON item TO hoop_ro",
                "GRANT SELECT, INSERT ON scratch TO hoop_ro");
        rig = new ProxyRig(folder.resolve("tls"));
    }

    @AfterAll
    static void stop() {
        if (rig != null) {
            rig.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void grant() {
        rig.plainClients = false;
        grant = rig.grant("127.0.0.1", server.port(), "orders", "hoop_ro", ROLE_PASSWORD, LOGIN);
    }

    Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", grant.login());
        properties.setProperty("password", LOGIN.reveal());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", ca);
        properties.setProperty("ApplicationName", "the test");
        return properties;
    }

    Connection connect(String... more) throws SQLException {
        Properties properties = properties();
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + rig.port() + "/orders", properties);
    }

    List<Recorded> audited() {
        return List.copyOf(rig.lastSession().session.executed());
    }

    List<String> auditedSql() {
        return audited().stream().map(Recorded::sql).toList();
    }

    static Outcome.Ok ok(Recorded recorded) {
        assertThat(recorded.outcome).isInstanceOf(Outcome.Ok.class);
        return (Outcome.Ok) recorded.outcome;
    }

    static Outcome.Failed failed(Recorded recorded) {
        assertThat(recorded.outcome).isInstanceOf(Outcome.Failed.class);
        return (Outcome.Failed) recorded.outcome;
    }

    Recorded only(String sql) {
        List<Recorded> found =
                audited().stream().filter(one -> one.sql().equals(sql)).toList();
        assertThat(found).as("records of " + sql).hasSize(1);
        return found.getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared", "extendedCacheEverything"})
    void runsAndRecordsStatementsInEachModeOfPgjdbc(String mode) throws Exception {
        try (Connection connection = connect("preferQueryMode", mode, "assumeMinServerVersion", "14");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, name FROM item WHERE id <= 3")) {
            int count = 0;
            while (rows.next()) {
                count++;
            }
            assertThat(count).isEqualTo(3);
        }

        assertThat(ok(only("SELECT id, name FROM item WHERE id <= 3")).rows()).isEqualTo(3);
        assertThat(rig.lastSession().applicationName).isEqualTo("the test");
    }

    @Test
    void decodesBinaryParametersByTheirType() throws Exception {
        UUID uuid = UUID.randomUUID();
        String sql = "SELECT $1::int4, $2::int8, $3::float8, $4::uuid, $5::bytea, $6::text, $7::int2";
        try (Connection connection = connect("prepareThreshold", "-1", "binaryTransfer", "true");
                PreparedStatement statement = connection.prepareStatement(sql.replaceAll("\\$\\d", "?"))) {
            statement.setInt(1, 42);
            statement.setLong(2, -9_000_000_000L);
            statement.setDouble(3, 1.5);
            statement.setObject(4, uuid);
            statement.setBytes(5, new byte[] {1, (byte) 0xfe});
            statement.setString(6, "Grüße");
            statement.setNull(7, java.sql.Types.SMALLINT);
            statement.executeQuery().close();
        }

        Recorded recorded = only(sql);
        assertThat(recorded.parameters)
                .extracting(Parameter::value)
                .containsExactly("42", "-9000000000", "1.5", uuid.toString(), "\\x01fe", "Grüße", null);
        assertThat(recorded.parameters)
                .extracting(Parameter::type)
                .startsWith("int4", "int8", "float8", "uuid", "bytea");
    }

    @Test
    void bringsBackTheDatabasesOwnErrorForAForbiddenWrite() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("DELETE FROM item"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("42501"))
                    .hasMessageContaining("permission denied for table item");
            assertThatThrownBy(() -> statement.executeQuery("SELECT * FROM secret"))
                    .hasMessageContaining("permission denied for table secret");
            statement.execute("SELECT 1");
        }

        assertThat(failed(only("DELETE FROM item")).sqlState()).isEqualTo("42501");
        assertThat(failed(only("SELECT * FROM secret")).sqlState()).isEqualTo("42501");
        assertThat(ok(only("SELECT 1")).rows()).isEqualTo(1);
    }

    @Test
    void recordsEachExecutionOfABatchOnce() throws Exception {
        server.execute("orders", "TRUNCATE scratch");
        try (Connection connection = connect();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO scratch VALUES (?, ?)")) {
            for (int i = 0; i < 300; i++) {
                insert.setInt(1, i);
                insert.setString(2, "name " + i);
                insert.addBatch();
            }
            insert.executeBatch();
        }

        List<Recorded> inserts =
                audited().stream().filter(one -> one.sql().startsWith("INSERT")).toList();
        assertThat(inserts).hasSize(300);
        assertThat(inserts).allSatisfy(one -> assertThat(ok(one).rows()).isEqualTo(1));
        assertThat(inserts).extracting(one -> one.parameters.getFirst().value()).doesNotHaveDuplicates();
    }

    @Test
    void doesNotCallSkippedStatementsExecuted() throws Exception {
        try (Connection connection = connect();
                PreparedStatement query = connection.prepareStatement("INSERT INTO scratch SELECT 1 / ?, 'x'")) {
            for (int divisor : new int[] {1, 0, 2, 3}) {
                query.setInt(1, divisor);
                query.addBatch();
            }
            assertThatThrownBy(query::executeBatch).isInstanceOf(SQLException.class);
        }

        List<Recorded> inserts =
                audited().stream().filter(one -> one.sql().startsWith("INSERT")).toList();
        assertThat(inserts).hasSize(2);
        assertThat(failed(inserts.get(1)).sqlState()).isEqualTo("22012");
    }

    @Test
    void countsTheRowsOfCopyBothWays() throws Exception {
        server.execute("orders", "TRUNCATE scratch");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Connection connection = connect()) {
            var copies = connection.unwrap(PGConnection.class).getCopyAPI();
            copies.copyIn("COPY scratch FROM STDIN", new StringReader("1\ta\n2\tb\n3\tc\n"));
            copies.copyOut("COPY item TO STDOUT", out);
        }

        assertThat(ok(only("COPY scratch FROM STDIN")).rows()).isEqualTo(3);
        assertThat(only("COPY scratch FROM STDIN").fromClient).isGreaterThan(12);
        assertThat(ok(only("COPY item TO STDOUT")).rows()).isEqualTo(1000);
        assertThat(only("COPY item TO STDOUT").toClient).isGreaterThan(out.size());
    }

    @Test
    void relaysALargeResultInPortionsAndWhole() throws Exception {
        String sql = "SELECT g, repeat('x', 1000) FROM generate_series(1, 100000) g";
        try (Connection connection = connect()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(30_000);
                try (ResultSet rows = statement.executeQuery(sql)) {
                    int count = 0;
                    while (rows.next()) {
                        count++;
                    }
                    assertThat(count).isEqualTo(100_000);
                }
            }
            connection.commit();
        }

        List<Recorded> portions =
                audited().stream().filter(one -> one.sql().equals(sql)).toList();
        assertThat(portions).extracting(one -> ok(one).rows()).containsExactly(30_000L, 30_000L, 30_000L, 10_000L);
    }

    /** Clients hand it to pg_terminate_backend, and compare it with the sender of a notification. */
    @Test
    void tellsClientsTheProcessIdOfTheTargetsBackend() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();

            assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isEqualTo(rows.getInt(1));
        }
    }

    @Test
    void cancelsWhatRuns() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<Throwable> ended = CompletableFuture.supplyAsync(() -> {
                try {
                    statement.execute("SELECT pg_sleep(60)");
                    return new IllegalStateException("slept");
                } catch (SQLException e) {
                    return e;
                }
            });
            awaitRunning("SELECT pg_sleep(60)", 1);
            statement.cancel();

            assertThat(ended.get(10, TimeUnit.SECONDS))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
        assertThat(failed(only("SELECT pg_sleep(60)")).sqlState()).isEqualTo("57014");
    }

    @Test
    void letsClientsInOverDirectTls() throws Exception {
        try (Connection connection = connect("sslNegotiation", "direct");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 'direct'");
        }
        assertThat(ok(only("SELECT 'direct'")).rows()).isEqualTo(1);
    }

    @Test
    void cancelsByTheLongKeyOfProtocol32() throws Exception {
        try (Connection connection = connect("protocolVersion", "3.2");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("SELECT pg_sleep(63)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
        }
    }

    @Test
    void cancelsWhatAVanishedClientLeftRunning() throws Exception {
        Connection connection = connect();
        Statement statement = connection.createStatement();
        CompletableFuture.runAsync(() -> {
            try {
                statement.execute("SELECT pg_sleep(61)");
            } catch (SQLException expected) {
                // The connection is cut below.
            }
        });
        awaitRunning("SELECT pg_sleep(61)", 1);
        ProxyRig.RigConnection held = rig.lastSession();

        connection.abort(Runnable::run);

        awaitRunning("SELECT pg_sleep(61)", 0);
        await().atMost(Duration.ofSeconds(5)).until(() -> held.closed != null);
        assertThat(held.closed).isEqualTo(CloseCause.CLIENT_LOST);
    }

    /** Bytes as a client that pipelines sends them, behind pgjdbc's login. */
    private Socket sent(String... queries) throws Exception {
        rig.plainClients = true;
        connect("sslmode", "disable", "socketFactory", KeptSocket.class.getName());
        ByteBuf bytes = Unpooled.buffer();
        for (String query : queries) {
            bytes.writeByte('Q').writeInt(query.length() + 5);
            bytes.writeCharSequence(query, StandardCharsets.US_ASCII);
            bytes.writeByte(0);
        }
        bytes.writeByte('X').writeInt(4);
        Socket socket = KeptSocket.last();
        bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
        return socket;
    }

    @Test
    void givesAClientThatTerminatesAllThatItAskedForBefore() throws Exception {
        String insert = "INSERT INTO scratch VALUES (77, 'behind a sleep')";
        try (Socket socket = sent("SELECT 'first', pg_sleep(0.3)", insert)) {
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers).contains("first", "SELECT 1", "INSERT 0 1");
        }

        ProxyRig.RigConnection connection = rig.lastSession();
        await().until(() -> connection.closed != null);
        assertThat(connection.closed).isEqualTo(CloseCause.CLIENT_CLOSED);
        assertThat(ok(only(insert)).rows()).isEqualTo(1);
    }

    /** As Vert.x' client does: the database answers it all the same. */
    @Test
    void givesTheSameToAClientThatClosesItsHalfBehindItsGoodbye() throws Exception {
        String insert = "INSERT INTO scratch VALUES (79, 'behind a sleep')";
        try (Socket socket = sent("SELECT 'first', pg_sleep(0.3)", insert)) {
            socket.shutdownOutput();
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answers).contains("first", "SELECT 1", "INSERT 0 1");
        }

        ProxyRig.RigConnection connection = rig.lastSession();
        await().until(() -> connection.closed != null);
        assertThat(connection.closed).isEqualTo(CloseCause.CLIENT_CLOSED);
        assertThat(ok(only(insert)).rows()).isEqualTo(1);
    }

    @Test
    void recordsWhatAClientAskedForBeforeItTerminatedAndWentAway() throws Exception {
        String insert = "INSERT INTO scratch VALUES (78, 'behind a sleep')";
        sent("SELECT pg_sleep(0.3)", insert).close();

        ProxyRig.RigConnection connection = rig.lastSession();
        await().until(() -> connection.closed != null);
        assertThat(connection.closed).isEqualTo(CloseCause.CLIENT_CLOSED);
        assertThat(ok(only(insert)).rows()).isEqualTo(1);
    }

    @Test
    void cutsALiveConnectionWithTheGrantAndCancelsItsQuery() throws Exception {
        Connection connection = connect();
        Statement statement = connection.createStatement();
        CompletableFuture<SQLException> ended = CompletableFuture.supplyAsync(() -> {
            try {
                statement.execute("SELECT pg_sleep(62)");
                return new SQLException("slept");
            } catch (SQLException e) {
                return e;
            }
        });
        awaitRunning("SELECT pg_sleep(62)", 1);

        rig.lastSession().end(CloseCause.GRANT_CLOSED);

        SQLException told = ended.get(5, TimeUnit.SECONDS);
        assertThat(told.getSQLState()).isEqualTo("57P01");
        assertThat(told.getMessage()).contains("because the grant was closed");
        awaitRunning("SELECT pg_sleep(62)", 0);
    }

    @Test
    void aClientIsWarnedWithoutHarmToWhatItAsks() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(rig.lastSession().warn("your access ends at noon")).isTrue();

            try (ResultSet result = statement.executeQuery("SELECT 42")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getInt(1)).isEqualTo(42);
            }
            SQLWarning warning = statement.getWarnings();
            assertThat(warning.getMessage()).isEqualTo("your access ends at noon");
            assertThat(warning.getSQLState()).isEqualTo("01000");
        }
    }

    @Test
    void refusesAWrongSecretAndAnUnknownLoginAlike() {
        String login = grant.login();
        assertThatThrownBy(() -> connect("password", "wrong"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"))
                .hasMessageContaining("password authentication failed for user \"" + login + "\"");
        assertThat(rig.connections.getLast().failure).isEqualTo(AuthFailure.WRONG_SECRET);
        assertThatThrownBy(() -> connect("user", "nobody"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"))
                .hasMessageContaining("password authentication failed for user \"nobody\"");
        assertThat(rig.connections.getLast().failure).isEqualTo(AuthFailure.UNKNOWN_LOGIN);
    }

    @Test
    void refusesAnotherDatabase() {
        assertThatThrownBy(() -> DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + rig.port() + "/postgres", properties()))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("3D000"))
                .hasMessageContaining("Connect to the database \"orders\"");
    }

    @Test
    void refusesPlainTextUnlessItIsAllowed() throws Exception {
        assertThatThrownBy(() -> connect("sslmode", "disable"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"))
                .hasMessageContaining("encrypted connections only");
        rig.plainClients = true;
        try (Connection connection = connect("sslmode", "disable")) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void saysThatTheTargetCannotBeReachedOrDoesNotLetUsIn() {
        grant = rig.grant("127.0.0.1", 1, "orders", "hoop_ro", ROLE_PASSWORD, LOGIN);
        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
        Secret wrong = Secret.of("canary-not-the-password");
        grant = rig.grant("127.0.0.1", server.port(), "orders", "hoop_ro", wrong, LOGIN);
        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"))
                .hasMessageContaining("did not accept the login of \"hoop_ro\"")
                .hasMessageNotContaining("canary");
    }

    @Test
    void readsThePasswordAgainWhenTheTargetDoesNotTakeIt() throws Exception {
        grant = rig.grant("127.0.0.1", server.port(), "orders", "hoop_ro", Secret.of("before-the-rotation"), LOGIN);
        rig.changedPasswords.put(grant.target().secret().secretId(), ROLE_PASSWORD);
        try (Connection connection = connect()) {
            assertThat(connection.isValid(5)).isTrue();
        }
        assertThat(rig.connections.getLast().failure).isNull();

        rig.changedPasswords.put(grant.target().secret().secretId(), Secret.of("canary-wrong-too"));
        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"))
                .hasMessageNotContaining("canary");
    }

    @Test
    void forwardsNothingThatCannotBeRecorded() throws Exception {
        server.execute("orders", "TRUNCATE scratch");
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
            rig.lastSession().session.journalBroken = true;
            assertThatThrownBy(() -> statement.execute("INSERT INTO scratch VALUES (99, 'unseen')"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("58030"));
        }
        assertThat(query("SELECT count(*) FROM scratch")).isEqualTo("0");
        assertThat(rig.lastSession().closed).isEqualTo(CloseCause.JOURNAL_UNAVAILABLE);
    }

    @Test
    void streamsALongStatementAndRecordsAllOfIt() throws Exception {
        String sql = "SELECT length('" + "y".repeat(3_000_000) + "')";
        try (Connection connection = connect("preferQueryMode", "simple");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(3_000_000);
        }
        assertThat(auditedSql()).contains(sql);
    }

    @Test
    void letsPsqlInWithSeveralStatementsAndCopy() throws Exception {
        server.execute("orders", "TRUNCATE scratch");
        String said = psql(
                "sslmode=verify-full sslrootcert=" + ca,
                "-c",
                "SELECT 1; SELECT 2 FROM item LIMIT 2",
                "-c",
                "\\copy scratch from program 'printf 7,seven' csv",
                "-c",
                "SELECT name FROM scratch");

        assertThat(said).contains("seven");
        assertThat(ok(only("SELECT 1; SELECT 2 FROM item LIMIT 2")).rows()).isEqualTo(3);
        assertThat(audited()).hasSize(3);
    }

    @Test
    void letsPsqlInWithChannelBinding() throws Exception {
        assertThat(psql("sslmode=require channel_binding=require", "-c", "SELECT 'bound'"))
                .contains("bound");
    }

    @Test
    void recordsWhatTheDatabaseExecuted() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT count(*) FROM item");
            assertThatThrownBy(() -> statement.execute("SELECT nonsense")).isInstanceOf(SQLException.class);
            connection.rollback();
            statement.execute("SELECT 5");
            connection.commit();
        }

        assertThat(auditedSql())
                .containsSubsequence(
                        "BEGIN",
                        "SELECT count(*) FROM item",
                        "SELECT nonsense",
                        "ROLLBACK",
                        "BEGIN",
                        "SELECT 5",
                        "COMMIT");
        assertThat(failed(only("SELECT nonsense")).sqlState()).isEqualTo("42703");
    }

    private static void awaitRunning(String sql, int count) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> query("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '" + sql
                                + "'")
                        .equals(Integer.toString(count)));
    }

    private static String query(String sql) throws SQLException {
        try (Connection connection = server.connect("orders");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private String psql(String options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "psql",
                "-X",
                "-v",
                "ON_ERROR_STOP=1",
                "host=localhost port=" + rig.port() + " dbname=orders user=" + grant.login() + " " + options));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", LOGIN.reveal());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
