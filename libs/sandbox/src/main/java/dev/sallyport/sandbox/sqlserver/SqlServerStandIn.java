package dev.sallyport.sandbox.sqlserver;

import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The server, on 127.0.0.1; each connection has a virtual thread. It forgets everything when it is closed. The login
 * {@code sa} may do everything.
 */
public final class SqlServerStandIn implements AutoCloseable {

    /** Connections at once; more wait at the door. */
    static final int MAX_CONNECTIONS = 200;

    private final ServerSocket listener;
    private final Instance instance;
    private final @Nullable SSLContext tls;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

    private SqlServerStandIn(int port, String administratorPassword, @Nullable SSLContext tls) {
        this.tls = tls;
        this.instance = new Instance(administratorPassword);
        try {
            this.listener = new ServerSocket();
            listener.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
        } catch (IOException e) {
            throw new CannotStart("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        Thread.ofVirtual().name("sqlserver-accept").start(this::accept);
    }

    /**
     * A server without TLS.
     *
     * @param port 0 for a free one
     */
    public static SqlServerStandIn plain(int port, String administratorPassword) {
        return new SqlServerStandIn(port, administratorPassword, null);
    }

    /**
     * A server that takes nothing but TLS 1.2, as RDS with {@code rds.force_ssl}.
     *
     * @param port 0 for a free one
     */
    public static SqlServerStandIn secured(int port, String administratorPassword, ServerCertificate certificate) {
        return new SqlServerStandIn(port, administratorPassword, certificate.sslContext());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** What no statement of ours brings about: as while {@code RESTORE … WITH NORECOVERY} runs. */
    public void restoring(String database) {
        instance.lock.lock();
        try {
            instance.database(database).orElseThrow().state = Database.State.RESTORING;
        } finally {
            instance.lock.unlock();
        }
    }

    /** The last batches that clients sent, passwords included: at most 10,000. */
    public List<String> batches() {
        instance.lock.lock();
        try {
            return List.copyOf(instance.batches);
        } finally {
            instance.lock.unlock();
        }
    }

    @Override
    public void close() {
        closeQuietly(listener);
        open.forEach(SqlServerStandIn::closeQuietly);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                places.acquireUninterruptibly();
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                Thread.ofVirtual().name("sqlserver-session").start(() -> serve(socket));
            } catch (IOException e) {
                places.release();
            }
        }
    }

    private void serve(Socket socket) {
        try {
            new TdsSession(instance, new PacketStream(socket), tls).run();
        } catch (IOException gone) {
            // It closed before it said anything.
            return;
        } finally {
            open.remove(socket);
            closeQuietly(socket);
            places.release();
        }
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception alreadyClosed) {
            return;
        }
    }
}
