package dev.sallyport.proxy.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.RecordedSession.Recorded;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.replication.PGReplicationStream;

/** Logical replication from a real PostgreSQL, with pgjdbc and pg_recvlogical. */
class ReplicationIT {

    private static final Secret LOGIN = Secret.random(32);
    private static final Secret PASSWORD = Secret.random(24);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static PostgresServer server;
    private static ProxyRig rig;
    private static String ca;

    private GrantState grant;

    @BeforeAll
    static void start() throws Exception {
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        ca = authority.certificateFile().toString();
        server = PostgresServer.in(folder.resolve("pg"))
                .forTests()
                .setting("wal_level", "logical")
                .tls(authority.issue("target"))
                .start();
        server.execute(
                "postgres",
                "CREATE ROLE cdc LOGIN REPLICATION PASSWORD '" + PASSWORD.reveal() + "'",
                "CREATE ROLE plain LOGIN PASSWORD '" + PASSWORD.reveal() + "'",
                "CREATE DATABASE orders");
        server.execute(
                "orders",
                "CREATE TABLE item (id int PRIMARY KEY, name text)",
                "GRANT SELECT ON item TO cdc",
                "CREATE PUBLICATION everything FOR TABLE item");
        rig = new ProxyRig(folder.resolve("tls"), true);
    }

    @AfterAll
    static void stop() {
        rig.close();
        server.close();
    }

    @BeforeEach
    void grant() {
        grant = rig.grant("127.0.0.1", server.port(), "orders", "cdc", PASSWORD, LOGIN);
    }

    @Test
    void streamsChangesToPgjdbcAndGoesOnWithQueries() throws Exception {
        try (Connection connection = connect()) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            replication
                    .getReplicationAPI()
                    .createReplicationSlot()
                    .logical()
                    .withSlotName("by_pgjdbc")
                    .withOutputPlugin("pgoutput")
                    .make();
            PGReplicationStream stream = replication
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName("by_pgjdbc")
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", "everything")
                    .withStatusInterval(200, TimeUnit.MILLISECONDS)
                    .start();

            server.execute("orders", "INSERT INTO item SELECT i, 'streamed ' || i FROM generate_series(1, 2000) i");

            readUntil(stream, "streamed 2000");
            stream.setAppliedLSN(stream.getLastReceiveLSN());
            stream.setFlushedLSN(stream.getLastReceiveLSN());
            stream.forceUpdateStatus();
            stream.close();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT count(*) FROM item WHERE id <= 2000")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(2000);
            }
        }

        List<Recorded> recorded = List.copyOf(rig.lastSession().session.executed());
        assertThat(recorded).allSatisfy(one -> assertThat(one.kind).isEqualTo("replication"));
        Recorded streamed = only(recorded, "START_REPLICATION SLOT by_pgjdbc");
        assertThat(streamed.outcome).isInstanceOf(Outcome.Ok.class);
        assertThat(streamed.toClient).isGreaterThan(2000 * "streamed 1".length());
        assertThat(streamed.fromClient).isPositive();
        only(recorded, "CREATE_REPLICATION_SLOT by_pgjdbc");
        only(recorded, "SELECT count(*) FROM item WHERE id <= 2000");
    }

    @Test
    void streamsChangesToPgRecvlogical() throws Exception {
        Path out = folder.resolve("received");
        assertThat(ended(recvlogical("--create-slot", "-P", "pgoutput"))).isZero();
        Process receiving = recvlogical(
                "--start", "-f", out.toString(), "-o", "proto_version=1", "-o", "publication_names=everything");

        server.execute("orders", "INSERT INTO item VALUES (9001, 'received by a program')");

        await().atMost(PATIENCE)
                .until(() -> Files.exists(out)
                        && Files.readString(out, StandardCharsets.ISO_8859_1).contains("received by a program"));
        new ProcessBuilder("kill", "-INT", Long.toString(receiving.pid()))
                .start()
                .waitFor();
        assertThat(ended(receiving)).isZero();
        await().atMost(PATIENCE).until(() -> rig.lastSession().closed != null);
        Recorded streamed =
                only(List.copyOf(rig.lastSession().session.executed()), "START_REPLICATION SLOT \"by_program\"");
        // Of a program that goes without a CopyDone nobody says how it ended.
        assertThat(streamed.outcome).isEqualTo(Outcome.UNKNOWN);
        assertThat(streamed.toClient).isPositive();
        assertThat(ended(recvlogical("--drop-slot"))).isZero();
    }

    /** Such a walsender is in no database; libpq's tools call it {@code replication}. */
    @Test
    void identifiesTheServerToAPhysicalWalsender() throws Exception {
        Process psql = program("psql", "-X", "-d", way("replication") + " replication=true", "-c", "IDENTIFY_SYSTEM");

        assertThat(ended(psql)).isZero();
        await().atMost(PATIENCE).until(() -> rig.lastSession().closed != null);
        Recorded identified = only(List.copyOf(rig.lastSession().session.executed()), "IDENTIFY_SYSTEM");
        assertThat(identified.kind).isEqualTo("replication");
        assertThat(identified.outcome).isInstanceOf(Outcome.Ok.class);
    }

    @Test
    void endsAStreamWithItsGrantAndHasItOnRecord() throws Exception {
        try (Connection connection = connect()) {
            PGConnection replication = connection.unwrap(PGConnection.class);
            replication
                    .getReplicationAPI()
                    .createReplicationSlot()
                    .logical()
                    .withSlotName("cut")
                    .withOutputPlugin("pgoutput")
                    .withTemporaryOption()
                    .make();
            PGReplicationStream stream = replication
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName("cut")
                    .withSlotOption("proto_version", 1)
                    .withSlotOption("publication_names", "everything")
                    .start();

            rig.lastSession().end(CloseCause.GRANT_CLOSED);

            assertThatThrownBy(() -> readUntil(stream, "never sent")).isInstanceOf(SQLException.class);
        }
        await().atMost(PATIENCE).until(() -> rig.lastSession().closed == CloseCause.GRANT_CLOSED);
        Recorded cut = only(List.copyOf(rig.lastSession().session.executed()), "START_REPLICATION SLOT cut");
        assertThat(cut.outcome).isNotInstanceOf(Outcome.Ok.class);
    }

    @Test
    void leavesItToTheTargetWhoMayReplicate() {
        grant = rig.grant("127.0.0.1", server.port(), "orders", "plain", PASSWORD, LOGIN);

        assertThatThrownBy(this::connect)
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"))
                .hasMessageContaining("WAL sender");
    }

    @Test
    void isInNoOtherDatabaseThanTheGrants() {
        assertThatThrownBy(() -> connect("postgres"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("3D000"));
    }

    private static void readUntil(PGReplicationStream stream, String text) throws SQLException {
        for (String read = ""; !read.contains(text); ) {
            ByteBuffer change = stream.read();
            read = new String(
                    change.array(),
                    change.arrayOffset(),
                    change.array().length - change.arrayOffset(),
                    StandardCharsets.UTF_8);
        }
    }

    private static Recorded only(List<Recorded> all, String beginning) {
        List<Recorded> found =
                all.stream().filter(one -> one.sql().startsWith(beginning)).toList();
        assertThat(found)
                .as(beginning + " in " + all.stream().map(Recorded::sql).toList())
                .hasSize(1);
        return found.getFirst();
    }

    private Process recvlogical(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("pg_recvlogical", "-S", "by_program", "-d", way("orders")));
        all.addAll(List.of(arguments));
        return program(all.toArray(String[]::new));
    }

    private String way(String database) {
        return "host=localhost port=" + rig.port() + " dbname=" + database + " user=" + grant.login()
                + " sslmode=verify-full sslrootcert=" + ca;
    }

    private static Process program(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("PGPASSWORD", LOGIN.reveal());
        return builder.start();
    }

    private static int ended(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Connection connect() throws SQLException {
        return connect("orders");
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", grant.login());
        properties.setProperty("password", LOGIN.reveal());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", ca);
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "9.4");
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + rig.port() + "/" + database, properties);
    }
}
