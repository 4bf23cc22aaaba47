package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.grants.GrantDirectory;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.targets.Passwords;
import dev.sallyport.proxy.targets.TargetConnector;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.proxy.tracing.Tracing;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** This proxy: what its connections share, and the connections there are. */
public final class Node {

    /** A handler that has not closed its connection this long after it was told to end is not waited for. */
    static final Duration END_GRACE = Duration.ofMillis(500);

    /**
     * What a node is made of.
     *
     * @param backlogged whether too much of the journal waits to be shipped: clients are then not read
     * @param plainClients whether clients may log in without TLS
     * @param plainTargets whether targets without TLS are logged in to
     * @param auditMode of targets that have none of their own
     * @param expiryNotice how long before a grant expires its clients are told so; zero for never
     * @param tracing null when it is off
     */
    public record Parts(
            AgentId id,
            InstantSource clock,
            Limits limits,
            GrantDirectory grants,
            Journal journal,
            BooleanSupplier backlogged,
            Passwords passwords,
            TargetConnector connector,
            TargetTls targetTls,
            SslContext clientTls,
            boolean plainClients,
            boolean plainTargets,
            AuditMeter auditMeter,
            ConnectionMeter meter,
            AuditMode auditMode,
            Duration expiryNotice,
            OtherNodes otherNodes,
            @Nullable Tracing tracing) {}

    private static final int DOOR_LINES = 50;
    private static final Duration DOOR_PERIOD = Duration.ofSeconds(10);

    private final Parts parts;
    private final Admission admission;
    private final LineLimit doorLines = new LineLimit(DOOR_LINES, DOOR_PERIOD, System::nanoTime);
    private final AtomicLong sessionNumbers;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    public Node(Parts parts) {
        this.parts = parts;
        this.admission = new Admission(parts.limits());
        // No process begins where one before it has got to: it would have had to open a million sessions a second.
        this.sessionNumbers = new AtomicLong(
                ChronoUnit.MICROS.between(Instant.EPOCH, parts.clock().instant()));
        parts.grants().onEnd(this::grantEnded);
    }

    /** How this node's clients prove that they talk to it. */
    public SslContext clientTls() {
        return parts.clientTls();
    }

    /**
     * A client asks to be let in that has proved nothing yet.
     *
     * @return whether it may try; if so {@link #leaveDoor} must follow
     */
    public boolean comeToDoor(InetAddress address) {
        return admission.comeToDoor(address);
    }

    /** The client has proved who it is, or has gone. */
    public void leaveDoor(InetAddress address) {
        admission.leaveDoor(address);
    }

    /** How long a client has from the accept until it is in. */
    public Duration handshake() {
        return parts.limits().handshake();
    }

    /** Serves a connection that came through a tunnel. On the event loop of {@code client}. */
    public void serve(Protocol protocol, Channel client, InetSocketAddress address, Proven proven) {
        new ProxiedConnection(this, protocol, client, address, proven).begin();
    }

    /** For what is logged of connections that were not let in. */
    LineLimit doorLines() {
        return doorLines;
    }

    Parts parts() {
        return parts;
    }

    Admission admission() {
        return admission;
    }

    long nextSessionNumber() {
        return sessionNumbers.incrementAndGet();
    }

    void add(ProxiedConnection connection) {
        connections.add(connection);
    }

    void remove(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** Whether nobody is let in any more. */
    public boolean draining() {
        return draining;
    }

    private void grantEnded(GrantId grant, CloseCause cause) {
        for (ProxiedConnection connection : connections) {
            connection.onLoop(() -> connection.endIfOf(grant, cause));
        }
    }

    /** How many connections there are, those at the door included. */
    public int connections() {
        return connections.size();
    }

    /** How many clients have proved their secret and are in. */
    public int admitted() {
        return admission.inside();
    }

    /** How many clients have proved nothing yet. */
    public int atTheDoor() {
        return admission.atTheDoor();
    }

    /**
     * Lets nobody in any more, ends each connection as soon as nothing is going on in it, and all that are left after {@code
     * patience}. Blocks until all are closed.
     */
    public void drain(Duration patience) throws InterruptedException {
        draining = true;
        long deadline = System.nanoTime() + patience.toNanos();
        while (!connections.isEmpty() && System.nanoTime() < deadline) {
            connections.forEach(connection -> connection.onLoop(connection::endIfIdle));
            Thread.sleep(20);
        }
        connections.forEach(connection -> connection.onLoop(() -> connection.end(CloseCause.DRAINING)));
        long last = System.nanoTime() + END_GRACE.multipliedBy(2).toNanos();
        while (!connections.isEmpty() && System.nanoTime() < last) {
            Thread.sleep(20);
        }
    }
}
