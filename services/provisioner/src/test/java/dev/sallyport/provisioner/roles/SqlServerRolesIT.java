package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.sqlserver.SqlServerStandIn;
import dev.sallyport.sandbox.tls.LocalAuthority;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cases on the stand-in, over TLS that is verified. */
class SqlServerRolesIT extends SqlServerCases {

    private static final Login SA = new Login("sa", Secret.of("Sa-password1"));

    @TempDir
    static Path folder;

    private static Vertx vertx;
    private static LocalAuthority authority;
    private static SqlServerStandIn server;
    private static Targets targets;

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        authority = LocalAuthority.in(folder.resolve("tls"));
        server = SqlServerStandIn.secured(0, "Sa-password1", authority.issue("sql"));
        targets = new Targets(Optional.of(authority.certificateFile()), vertx);
    }

    @AfterAll
    static void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Override
    Targets targets() {
        return targets;
    }

    @Override
    Endpoint endpoint() {
        return endpoint("localhost", server);
    }

    @Override
    Login administrator() {
        return SA;
    }

    @Test
    void refusesAServerOfAnotherAuthority() {
        Path other = LocalAuthority.in(folder.resolve("other")).certificateFile();
        assertRefused(new Targets(Optional.of(other), vertx), endpoint());
    }

    @Test
    void refusesAServerWhoseCertificateNamesAnotherHost() throws IOException {
        // The certificate names localhost and 127.0.0.1; all of 127/8 is this machine.
        try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            Thread.ofVirtual().start(() -> pipe(elsewhere));
            assertRefused(targets, new Endpoint(Engine.SQLSERVER, "127.0.0.2", elsewhere.getLocalPort(), "master"));
        }
    }

    private static void pipe(ServerSocket elsewhere) {
        try (Socket client = elsewhere.accept();
                Socket behind = new Socket("127.0.0.1", server.port())) {
            Thread.ofVirtual().start(() -> copy(client, behind));
            copy(behind, client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException closed) {
            return;
        }
    }

    @Test
    void sendsNoPasswordToAServerWithoutTls() {
        try (SqlServerStandIn plain = SqlServerStandIn.plain(0, "Sa-password1")) {
            assertRefused(targets, endpoint("localhost", plain));
            assertThat(new Targets(Optional.empty(), vertx).accepts(endpoint("localhost", plain), SA))
                    .isTrue();
        }
    }

    private static Endpoint endpoint(String host, SqlServerStandIn at) {
        return new Endpoint(Engine.SQLSERVER, host, at.port(), "master");
    }

    private static void assertRefused(Targets by, Endpoint endpoint) {
        assertThatThrownBy(() -> by.accepts(endpoint, SA))
                .isInstanceOfSatisfying(
                        TargetException.class, e -> assertThat(e.kind()).isEqualTo(TargetException.Kind.PERMANENT));
    }
}
