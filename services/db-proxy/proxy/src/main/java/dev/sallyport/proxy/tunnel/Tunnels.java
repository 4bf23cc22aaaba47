package dev.sallyport.proxy.tunnel;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.LineLimit;
import dev.sallyport.proxy.connection.Listener;
import dev.sallyport.proxy.connection.Node;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.grants.GrantDirectory;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** The tunnels of this node, and the door that they come to. Safe to be used by all threads. */
public final class Tunnels {

    private static final Logger LOG = Logger.getLogger(Tunnels.class);

    /**
     * What they are made of.
     *
     * @param version as clients are told
     */
    public record Parts(
            Node node,
            GrantDirectory grants,
            TunnelTokens tokens,
            List<Protocol> protocols,
            TunnelLimits limits,
            TunnelMeter meter,
            String version) {}

    private final Parts parts;
    private final LineLimit lines = new LineLimit(50, Duration.ofSeconds(10), System::nanoTime);
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> ofPerson = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();

    public Tunnels(Parts parts) {
        this.parts = parts;
        // Behind the node, so that the connections in a tunnel have been told when it hears of it.
        parts.grants().onEnd(this::grantEnded);
    }

    /** @param tls with what certificate the tunnels are encrypted; empty where something else does that */
    public Listener.Door door(Optional<SslContext> tls) {
        return (client, address) -> come(client, address, tls);
    }

    private void come(Channel client, InetSocketAddress address, Optional<SslContext> encryption) {
        if (!parts.node().comeToDoor(address.getAddress())) {
            parts.meter().turnedAway();
            client.close();
            return;
        }
        encryption.ifPresent(tls -> client.pipeline().addLast("tls", tls.newHandler(client.alloc())));
        client.pipeline().addLast("door", new TunnelDoor(this, client, address));
    }

    /** Why it may not be; when empty {@link #closed} must follow. */
    Optional<TunnelRefusal> add(Tunnel tunnel) {
        if (parts.node().draining()) {
            return Optional.of(TunnelRefusal.DRAINING);
        }
        if (count.incrementAndGet() > parts.limits().tunnels()) {
            count.decrementAndGet();
            return Optional.of(TunnelRefusal.TOO_MANY);
        }
        if (ofPerson.merge(tunnel.person(), 1, Integer::sum) > parts.limits().tunnelsPerPerson()) {
            leave(tunnel);
            return Optional.of(TunnelRefusal.TOO_MANY_OF_PERSON);
        }
        open.add(tunnel);
        // It may have ended between the look and the note of whose tunnel this is.
        if (!parts.grants().isLive(tunnel.grantId())) {
            closed(tunnel);
            return Optional.of(TunnelRefusal.GRANT_INACTIVE);
        }
        parts.meter().opened();
        return Optional.empty();
    }

    void closed(Tunnel tunnel) {
        if (open.remove(tunnel)) {
            leave(tunnel);
        }
    }

    private void leave(Tunnel tunnel) {
        count.decrementAndGet();
        ofPerson.computeIfPresent(tunnel.person(), (_, many) -> many == 1 ? null : many - 1);
    }

    void refused(InetSocketAddress address, TunnelRefusal why) {
        parts.meter().refused(why);
        if (lines.next() != LineLimit.HELD_BACK) {
            LOG.infof("a tunnel of a client at %s was not opened: %s", address, why.label());
        }
    }

    private void grantEnded(GrantId grant, CloseCause cause) {
        for (Tunnel tunnel : open) {
            if (tunnel.grantId().equals(grant)) {
                onLoop(tunnel, tunnel::end);
            }
        }
    }

    /** Takes no new streams any more: what is in them may end. */
    public void goAway() {
        open.forEach(tunnel -> onLoop(tunnel, tunnel::goAway));
    }

    /** Ends them all: their streams have ended. Blocks until they are closed, for as long as {@code patience}. */
    public void end(Duration patience) throws InterruptedException {
        open.forEach(tunnel -> onLoop(tunnel, tunnel::end));
        long deadline = System.nanoTime() + patience.toNanos();
        while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
            Thread.sleep(20);
        }
    }

    private static void onLoop(Tunnel tunnel, Runnable task) {
        try {
            tunnel.onLoop(task);
        } catch (RejectedExecutionException e) {
            // The loops are shut down: nothing is left to be done.
        }
    }

    /** How many there are. */
    public int open() {
        return open.size();
    }

    /** How many database connections there are in them. */
    public int streams() {
        return open.stream().mapToInt(Tunnel::streams).sum();
    }

    Optional<Protocol> protocolOf(GrantState grant) {
        return parts.protocols().stream()
                .filter(protocol -> protocol.engines().contains(grant.target().engine()))
                .findFirst();
    }

    /** This node's number of the connection, for logs. */
    int nextNumber() {
        return (int) numbers.incrementAndGet();
    }

    Node node() {
        return parts.node();
    }

    GrantDirectory grants() {
        return parts.grants();
    }

    TunnelTokens tokens() {
        return parts.tokens();
    }

    TunnelLimits limits() {
        return parts.limits();
    }

    TunnelMeter meter() {
        return parts.meter();
    }

    String version() {
        return parts.version();
    }
}
