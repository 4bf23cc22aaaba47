package dev.sallyport.cli.tunnel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A local port that leads to the database of one grant. It opens its connection again by itself, with a new ticket each time, until
 * the grant has ended; clients that come meanwhile wait for it a little. Use:
 *
 * <pre>{@code
 * try (Tunnel tunnel = Tunnel.open(new Tickets(api, grantId), Carriers.DIRECT, 0, listener)) {
 *     print(tunnel.port());            // bound, and leads to the database
 *     TunnelEnd end = tunnel.end().get();
 * }
 * }</pre>
 */
public final class Tunnel implements AutoCloseable {

    /** How long {@link #open} tries. */
    public static final Duration OPEN_PATIENCE = Duration.ofSeconds(45);

    private static final int BACKLOG = 128;
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(15);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /** A connection that ends sooner is not made again at once. */
    private static final Duration SHORT_LIFE = Duration.ofSeconds(2);

    private static final Duration SHORT_LIFE_PAUSE = Duration.ofSeconds(1);
    /** A token may be too young or too old for the db-proxy's clock; a grant may be news to it: but not for ever. */
    private static final int MOST_REFUSALS = 10;

    private final Tickets tickets;
    private final Carriers carriers;
    private final TunnelListener listener;
    private final InstantSource clock;
    private final ServerSocket door;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final CompletableFuture<TunnelEnd> end = new CompletableFuture<>();
    private volatile @Nullable Way way;
    private @Nullable Way former;
    private volatile @Nullable Instant grantExpiresAt;
    private volatile @Nullable Thread keeper;

    /** A connection and what carries it. */
    private record Way(TunnelConnection connection, Carrier carrier) {

        void close() {
            connection.close();
            carrier.close();
        }
    }

    private Tunnel(
            Tickets tickets, Carriers carriers, TunnelListener listener, InstantSource clock, ServerSocket door) {
        this.tickets = tickets;
        this.carriers = carriers;
        this.listener = listener;
        this.clock = clock;
        this.door = door;
    }

    /**
     * Binds the local port, opens the tunnel, and only then returns. Blocks for at most {@link #OPEN_PATIENCE} and one try more.
     *
     * @param port on 127.0.0.1; 0 for any free one
     * @throws TunnelException {@code port_taken}; or why the tunnel cannot be opened: nothing stays behind
     */
    public static Tunnel open(Tickets tickets, Carriers carriers, int port, TunnelListener listener) {
        Tunnel tunnel = new Tunnel(tickets, carriers, listener, InstantSource.system(), bind(port));
        try {
            tunnel.openFirst();
        } catch (RuntimeException e) {
            tunnel.finish(new TunnelEnd(TunnelEnd.Reason.GAVE_UP, "not_opened", String.valueOf(e.getMessage())), false);
            throw e;
        }
        Thread.ofVirtual().name("tunnel-accept").start(tunnel::accept);
        tunnel.keeper = Thread.ofVirtual().name("tunnel-keep").start(tunnel::keep);
        return tunnel;
    }

    private static ServerSocket bind(int port) {
        try {
            ServerSocket door = new ServerSocket();
            door.setReuseAddress(true);
            door.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), BACKLOG);
            return door;
        } catch (IOException e) {
            throw new TunnelException(
                    "port_taken", "the port 127.0.0.1:" + port + " cannot be had: " + e.getMessage(), false);
        }
    }

    /** The local port. */
    public int port() {
        return door.getLocalPort();
    }

    /** Completes when the tunnel is over for good, behind the listener's {@link TunnelListener#ended}. Never fails. */
    public CompletableFuture<TunnelEnd> end() {
        return end;
    }

    private void openFirst() {
        Instant deadline = clock.instant().plus(OPEN_PATIENCE);
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                connect(tickets.next());
                return;
            } catch (TunnelException e) {
                if (!e.passing() || clock.instant().plus(pause).isAfter(deadline)) {
                    throw e;
                }
                listener.reconnecting(String.valueOf(e.getMessage()), pause);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TunnelException("interrupted", "interrupted", false);
            }
            pause = longer(pause);
        }
    }

    private void connect(Ticket ticket) {
        grantExpiresAt = ticket.grantExpiresAt();
        Carrier carrier = carriers.open(ticket);
        Way opened;
        try {
            opened = new Way(new TunnelConnection(TunnelSocket.open(carrier, ticket)), carrier);
        } catch (RuntimeException e) {
            carrier.close();
            throw e;
        }
        opened.connection().start();
        install(opened);
        listener.connected(ticket);
    }

    /** New clients go this way; those that are on the one before go on there, until the db-proxy closes it. */
    private void install(Way opened) {
        Way oldest;
        lock.lock();
        try {
            oldest = former;
            former = way;
            way = opened;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (oldest != null) {
            oldest.close();
        }
        if (end.isDone()) {
            opened.close();
        }
    }

    private void keep() {
        try {
            while (!end.isDone()) {
                Way current = way;
                Instant since = clock.instant();
                String why =
                        current == null ? "" : current.connection().retired().get();
                if (!end.isDone()) {
                    boolean shortLived = since.plus(SHORT_LIFE).isAfter(clock.instant());
                    Thread.sleep(shortLived ? SHORT_LIFE_PAUSE : Duration.ZERO);
                    reconnect(why);
                }
            }
        } catch (TunnelException over) {
            finish(endOf(over), true);
        } catch (InterruptedException e) {
            // Closed.
        } catch (ExecutionException | RuntimeException e) {
            finish(new TunnelEnd(TunnelEnd.Reason.GAVE_UP, "internal", "the tunnel ends by a bug: " + e), true);
        }
    }

    /**
     * A loss is told of only once there is a ticket: a grant that has ended is no connection that was lost.
     *
     * @throws TunnelException when there is no use in trying on
     */
    private void reconnect(String lost) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        int refusals = 0;
        boolean told = false;
        while (!end.isDone()) {
            try {
                Ticket ticket = tickets.next();
                if (!told) {
                    listener.reconnecting(lost, Duration.ZERO);
                    told = true;
                }
                connect(ticket);
                return;
            } catch (TunnelException e) {
                refusals += e.code().startsWith("refused_") ? 1 : 0;
                if (!e.passing() || expired() || refusals > MOST_REFUSALS) {
                    throw e;
                }
                listener.reconnecting(String.valueOf(e.getMessage()), pause);
                told = true;
            }
            Thread.sleep(pause.plusMillis(ThreadLocalRandom.current().nextLong(100)));
            pause = longer(pause);
        }
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    private boolean expired() {
        Instant expiry = grantExpiresAt;
        return expiry != null && !clock.instant().isBefore(expiry);
    }

    private TunnelEnd endOf(TunnelException e) {
        String message = String.valueOf(e.getMessage());
        if (e.code().equals("grant_not_active") || expired()) {
            return new TunnelEnd(TunnelEnd.Reason.GRANT_ENDED, "grant_not_active", message);
        }
        boolean gaveUp = e.passing() && !e.code().startsWith("refused_");
        return new TunnelEnd(gaveUp ? TunnelEnd.Reason.GAVE_UP : TunnelEnd.Reason.REFUSED, e.code(), message);
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                client.setTcpNoDelay(true);
                Thread.ofVirtual().name("tunnel-client").start(() -> serve(client));
            } catch (IOException e) {
                // Closed; or a client that went at once.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            TunnelConnection connection = connection();
            if (connection != null) {
                LocalConnection.serve(client, connection);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /** The open connection, waited for while there may be one soon; null when there was none. */
    private @Nullable TunnelConnection connection() throws InterruptedException {
        long left = CLIENT_PATIENCE.toNanos();
        lock.lock();
        try {
            while (left > 0 && !end.isDone()) {
                Way current = way;
                if (current != null && !current.connection().retired().isDone()) {
                    return current.connection();
                }
                left = changed.awaitNanos(left);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Closes the port and the connection, and tells so. May be called again. */
    @Override
    public void close() {
        finish(new TunnelEnd(TunnelEnd.Reason.CLOSED, "closed", "the tunnel was closed"), true);
    }

    private void finish(TunnelEnd how, boolean tell) {
        closeDoor();
        Way current;
        Way before;
        lock.lock();
        try {
            if (end.isDone()) {
                return;
            }
            current = way;
            before = former;
            if (tell) {
                listener.ended(how);
            }
            end.complete(how);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (current != null) {
            lastWords(current);
            current.close();
        }
        if (before != null) {
            before.close();
        }
        Thread keeping = keeper;
        if (keeping != null && keeping != Thread.currentThread()) {
            keeping.interrupt();
        }
    }

    /** What the db-proxy says to the clients of a grant that has ended is still on its way. */
    private static void lastWords(Way current) {
        if (current.connection().retired().isDone()) {
            try {
                current.connection().lost().get(1, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                // Time is up.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void closeDoor() {
        try {
            door.close();
        } catch (IOException e) {
            // It is gone, then.
        }
    }
}
