package dev.sallyport.sandbox.rds;

import dev.sallyport.sandbox.postgres.CertificateLogins;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * A real PostgreSQL with the logins of RDS in front, on 127.0.0.1 (RDS User Guide, "IAM database authentication"). Members of
 * {@code rds_iam} give a token as their password, over TLS only; what refuses them are the words of PostgreSQL's PAM, which is
 * what RDS uses. All others log in with their passwords as ever. Who is a member is decided by PostgreSQL itself: its rules
 * ask members for a certificate, which only this front has.
 */
public final class RdsPostgres implements AutoCloseable {

    /** Connections at once; more wait at the door. */
    static final int MAX_CONNECTIONS = 200;

    private static final String MEMBERS = "rds_iam";
    private static final String OWN_NAME = "rds-logins";

    private final PostgresServer server;
    private final ServerCertificate shown;
    private final ServerCertificate own;
    private final TokenCheck tokens;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);
    private final List<String> refusals = new CopyOnWriteArrayList<>();

    /** Decides on a token. */
    @FunctionalInterface
    public interface TokenCheck {

        /** Why it is not taken; empty when it is. */
        Optional<String> refusal(String user, String token);
    }

    private RdsPostgres(
            PostgresServer server,
            ServerCertificate shown,
            ServerCertificate own,
            TokenCheck tokens,
            ServerSocket listener) {
        this.server = server;
        this.shown = shown;
        this.own = own;
        this.tokens = tokens;
        this.listener = listener;
        Thread.ofVirtual().name("rds-accept").start(this::accept);
    }

    /** Starts both, for tests: the data need not survive the machine. There is a role {@code rds_iam}, with no members. */
    public static RdsPostgres forTests(Path folder, LocalAuthority authority, TokenCheck tokens) {
        ServerCertificate shown = authority.issue("rds-postgres");
        PostgresServer server = PostgresServer.in(folder)
                .forTests()
                .tls(shown)
                .logins(new CertificateLogins(MEMBERS, OWN_NAME, authority.certificateFile()))
                .start();
        server.execute("postgres", "CREATE ROLE " + MEMBERS);
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            return new RdsPostgres(server, shown, authority.issue(OWN_NAME), tokens, listener);
        } catch (IOException e) {
            server.close();
            throw new CannotStart("cannot listen on 127.0.0.1: " + e.getMessage(), e);
        }
    }

    /** Where clients connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    /** The server behind, for its superuser. */
    public PostgresServer server() {
        return server;
    }

    /** Why tokens were refused, the last one last: what RDS writes to the instance's log. */
    public List<String> refusals() {
        return List.copyOf(refusals);
    }

    @Override
    public void close() {
        closeQuietly(listener);
        open.forEach(RdsPostgres::closeQuietly);
        server.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            places.acquireUninterruptibly();
            try {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().name("rds-session").start(() -> serve(socket));
            } catch (IOException e) {
                places.release();
            }
        }
    }

    private void serve(Socket socket) {
        try {
            new PostgresLogin(server.port(), shown, own, this::refusal).run(socket);
        } catch (IOException gone) {
            // One of the two closed: then the other has nobody to talk to.
            return;
        } finally {
            open.remove(socket);
            closeQuietly(socket);
            places.release();
        }
    }

    private Optional<String> refusal(String user, String token) {
        Optional<String> refusal = tokens.refusal(user, token);
        refusal.ifPresent(refusals::add);
        return refusal;
    }

    static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyClosed) {
            return;
        }
    }
}
