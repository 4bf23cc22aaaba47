package dev.sallyport.proxy.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Two packaged nodes behind a load balancer that brings requests to cancel to the wrong one. */
class OtherNodeIT {

    private static final int CANCEL_REQUEST_BYTES = 16;
    private static final int CANCEL_REQUEST = 80877102;
    private static final int SSL_REQUEST = 80877103;
    private static final Executor ASIDE = Thread::startVirtualThread;

    @TempDir
    private static Path folder;

    private static Surroundings around;
    private static PackagedProxy one;
    private static PackagedProxy other;
    private static GrantState grant;

    @BeforeAll
    static void start() throws Exception {
        around = new Surroundings(folder.resolve("around"));
        grant = around.grant(AuditMode.BOUNDED);
        one = node("one");
        other = node("other");
        one.awaitReady();
        other.awaitReady();
        awaitHearing();
    }

    private static PackagedProxy node(String name) {
        return new PackagedProxy(
                around.settings(),
                folder.resolve("journal-" + name),
                folder.resolve(name + ".log"),
                Map.of("sallyport.proxy.plain-clients", "true"));
    }

    /** A node is ready before it hears of cancels: it begins to with a cancel that the other could tell it of. */
    private static void awaitHearing() throws Exception {
        try (LoadBalancer balancer = new LoadBalancer(one.port());
                Connection connection = connect(balancer, "disable")) {
            balancer.turnTo(other.port());
            await().atMost(Surroundings.PATIENCE).until(() -> {
                connection.unwrap(PGConnection.class).cancelQuery();
                return one.figure("sallyport_proxy_cancels_total", "found") > 0;
            });
        }
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        other.close();
        around.close();
    }

    @Test
    void aSessionOverTlsIsCancelledThroughTheOtherNode() throws Exception {
        cancelsThroughTheOtherNode("verify-full");
    }

    @Test
    void aSessionInPlainTextIsCancelledThroughTheOtherNode() throws Exception {
        cancelsThroughTheOtherNode("disable");
    }

    private static void cancelsThroughTheOtherNode(String sslMode) throws Exception {
        try (LoadBalancer balancer = new LoadBalancer(one.port());
                Connection connection = connect(balancer, sslMode);
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> ended = sleep(statement);
            balancer.turnTo(other.port());

            statement.cancel();

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("57014");
            assertThat(statement.execute("SELECT 1")).as("the session goes on").isTrue();
        }
    }

    @Test
    void theRequestMayComeOverTls() throws Exception {
        try (ServerSocket catcher = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LoadBalancer balancer = new LoadBalancer(one.port());
                Connection connection = connect(balancer, "verify-full");
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> ended = sleep(statement);
            balancer.turnTo(catcher.getLocalPort());
            CompletableFuture<byte[]> caught = CompletableFuture.supplyAsync(() -> caught(catcher), ASIDE);
            statement.cancel();

            overTls(other.port(), caught.get(10, TimeUnit.SECONDS));

            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("57014");
        }
    }

    @Test
    void aKeyThatNobodyMintedCancelsNothingAndIsAnsweredLikeAnyOther() throws Exception {
        try (Connection connection = DriverManager.getConnection(url(one.port()), login("disable"));
                Statement statement = connection.createStatement()) {
            CompletableFuture<String> ended = sleep(statement);
            int processId = connection.unwrap(PGConnection.class).getBackendPID();
            double before = other.figure("sallyport_proxy_cancels_total", "told");

            overTls(other.port(), cancelRequest(processId, 4711));

            await().atMost(Surroundings.PATIENCE)
                    .until(() -> other.figure("sallyport_proxy_cancels_total", "told") == before + 1);
            assertThat(ended).isNotDone();
            statement.cancel();
            assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("57014");
        }
    }

    /** The SQLSTATE that a long statement ends with. */
    private static CompletableFuture<String> sleep(Statement statement) throws Exception {
        String name = "sleeper " + System.nanoTime();
        CompletableFuture<String> ended = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        statement.execute("SELECT pg_sleep(60) /* " + name + " */");
                        return "slept";
                    } catch (SQLException e) {
                        return e.getSQLState();
                    }
                },
                ASIDE);
        try (Connection watch = DriverManager.getConnection(url(one.port()), login("disable"));
                Statement look = watch.createStatement()) {
            await().atMost(Duration.ofSeconds(10)).until(() -> {
                try (var rows = look.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                        + " AND pid <> pg_backend_pid() AND query LIKE '%" + name + "%'")) {
                    rows.next();
                    return rows.getInt(1) == 1;
                }
            });
        }
        return ended;
    }

    private static byte[] caught(ServerSocket catcher) {
        try (Socket client = catcher.accept()) {
            return client.getInputStream().readNBytes(CANCEL_REQUEST_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] cancelRequest(int processId, int secret) {
        return ByteBuffer.allocate(CANCEL_REQUEST_BYTES)
                .putInt(CANCEL_REQUEST_BYTES)
                .putInt(CANCEL_REQUEST)
                .putInt(processId)
                .putInt(secret)
                .array();
    }

    /** Sends {@code packet} as libpq 17 does, and waits for the end of the connection. */
    private static void overTls(int port, byte[] packet) throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
            plain.getOutputStream()
                    .write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
            assertThat(plain.getInputStream().read()).isEqualTo('S');
            try (Socket encrypted = trusting().getSocketFactory().createSocket(plain, "localhost", port, true)) {
                encrypted.getOutputStream().write(packet);
                encrypted.setSoTimeout(5_000);
                assertThat(encrypted.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static SSLContext trusting() throws Exception {
        KeyStore known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        try (InputStream pem = Files.newInputStream(Path.of(login("verify-full").getProperty("sslrootcert")))) {
            known.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static Connection connect(LoadBalancer balancer, String sslMode) throws SQLException {
        return DriverManager.getConnection(url(balancer.port()), login(sslMode));
    }

    private static String url(int port) {
        return "jdbc:postgresql://localhost:" + port + "/orders";
    }

    private static Properties login(String sslMode) {
        Properties login = around.login(grant);
        login.setProperty("sslmode", sslMode);
        return login;
    }
}
