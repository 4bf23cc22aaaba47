package dev.sallyport.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.mysql.Distribution;
import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeighboursIT {

    @TempDir
    private Path folder;

    @Test
    void postgresKeepsItsDataOverARestartAndVerifiesAsLocalhost() throws SQLException {
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        PostgresServer.Builder builder =
                PostgresServer.in(folder.resolve("pg")).forTests().tls(authority.issue("pg"));
        try (PostgresServer first = builder.start()) {
            first.execute("postgres", "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (42)");
        }
        try (PostgresServer again = builder.start();
                Connection verified = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + again.port() + "/postgres?sslmode=verify-full&sslrootcert="
                                + authority.certificateFile(),
                        "postgres",
                        again.adminPassword().reveal());
                ResultSet row = verified.createStatement().executeQuery("SELECT n FROM kept")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void aSecondStartTakesOverTheRunningServer() {
        PostgresServer.Builder builder = PostgresServer.in(folder).forTests();
        try (PostgresServer first = builder.start()) {
            PostgresServer second = PostgresServer.in(folder).forTests().start();
            assertThat(second.process().pid()).isEqualTo(first.process().pid());
            assertThat(second.port()).isEqualTo(first.port());
        }
        assertThat(builder.running()).isEmpty();
    }

    @Test
    void twoStartsAtOnceGiveOneServer() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<PostgresServer> start =
                    () -> PostgresServer.in(folder).forTests().start();
            List<Future<PostgresServer>> both = threads.invokeAll(List.of(start, start));
            try (PostgresServer first = both.get(0).get()) {
                assertThat(both.get(1).get().process().pid())
                        .isEqualTo(first.process().pid());
            }
        }
    }

    @Test
    void afterACrashItStartsAgainUnlessAnotherServerHasItsData() throws Exception {
        PostgresServer.Builder builder = PostgresServer.in(folder).forTests();
        builder.start().process().kill();
        try (PostgresServer again = builder.start()) {
            // As if our own pid file were lost: the data still belongs to a server that lives.
            Files.delete(folder.resolve("pid"));
            assertThatThrownBy(builder::start)
                    .isInstanceOf(CannotStart.class)
                    .hasMessageContaining(
                            "another PostgreSQL (pid " + again.process().pid() + ")");
        }
    }

    @Test
    void theControlPlaneGivesEachServiceItsSchemaAndTheReadersNoMore() throws SQLException {
        try (ControlPlane plane = ControlPlane.forTests(folder)) {
            assertThat(ControlPlane.on(plane.server(), folder).password("sallyport_api"))
                    .isEqualTo(plane.password("sallyport_api"));
            try (Connection api = login(plane, "sallyport_api")) {
                api.createStatement().execute("CREATE TABLE mine (n int)");
                assertThatThrownBy(() -> api.createStatement().execute("CREATE TABLE broker.yours (n int)"))
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
            try (Connection writer = login(plane, "sallyport_secrets");
                    Connection reader = login(plane, "sallyport_secrets_reader")) {
                writer.createStatement().execute("CREATE TABLE sealed (n int)");
                reader.createStatement().executeQuery("SELECT n FROM sealed").close();
                assertThatThrownBy(() -> reader.createStatement().execute("INSERT INTO sealed VALUES (1)"))
                        .hasMessageContaining("permission denied");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Distribution.class)
    void mysqlAndMariadbKeepTheirDataOverARestart(Distribution distribution) throws SQLException {
        Assumptions.assumeTrue(distribution.available(), "libaio is missing");
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        MySqlFamilyServer.Builder builder = MySqlFamilyServer.in(folder.resolve("my"), distribution)
                .forTests()
                .tls(authority.issue("my"));
        try (MySqlFamilyServer first = builder.start()) {
            first.execute(
                    "", "CREATE DATABASE shop", "CREATE TABLE shop.kept (n int)", "INSERT INTO shop.kept VALUES (42)");
        }
        try (MySqlFamilyServer again = builder.start();
                Connection verified = DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + again.port() + "/shop?sslMode=verify-full&serverSslCert="
                                + authority.certificateFile(),
                        "root",
                        again.adminPassword().reveal());
                ResultSet row = verified.createStatement().executeQuery("SELECT n FROM kept")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(42);
        }
    }

    @Test
    void kafkaStartsTwiceOnTheSameFolder() {
        KafkaBroker.Builder builder = KafkaBroker.in(folder);
        try (KafkaBroker broker = builder.start()) {
            assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
        }
        try (KafkaBroker again = builder.start()) {
            assertThat(again.process().alive()).isTrue();
        }
    }

    private static Connection login(ControlPlane plane, String role) throws SQLException {
        return DriverManager.getConnection(
                plane.jdbcUrl(), role, plane.password(role).reveal());
    }
}
