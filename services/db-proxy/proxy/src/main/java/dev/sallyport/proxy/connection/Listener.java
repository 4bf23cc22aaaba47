package dev.sallyport.proxy.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import org.jboss.logging.Logger;

/** Listens for the clients of one protocol, or for tunnels. Accepting does nothing but hand the channel to an event loop. */
public final class Listener implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    /** Takes the clients of a listener: adds its handlers to the channel's pipeline. On the channel's event loop. */
    public interface Door {
        void come(Channel client, InetSocketAddress address);
    }

    private final String name;
    private final Channel channel;

    private Listener(String name, Channel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Listens for clients of {@code protocol} at {@code host} and {@code port}, 0 for any free one. Blocks.
     *
     * @throws IllegalStateException when the port cannot be had
     */
    public static Listener bind(Node node, Transport transport, Protocol protocol, String host, int port) {
        return bind(
                transport, protocol.name(), (client, address) -> accept(node, protocol, client, address), host, port);
    }

    /**
     * Listens for who comes to {@code door}. Blocks.
     *
     * @param name in logs and heartbeats
     * @throws IllegalStateException when the port cannot be had
     */
    public static Listener bind(Transport transport, String name, Door door, String host, int port) {
        var bound = new ServerBootstrap()
                .group(transport.acceptors(), transport.loops())
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        come(door, client);
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "cannot listen for " + name + " at " + host + ":" + port + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        Listener listener = new Listener(name, bound.channel());
        LOG.infof("listening for %s at %s:%d", name, host, listener.port());
        return listener;
    }

    private static void come(Door door, Channel client) {
        // Null when the client is gone already.
        if (client.remoteAddress() instanceof InetSocketAddress address) {
            door.come(client, address);
        } else {
            client.close();
        }
    }

    private static void accept(Node node, Protocol protocol, Channel client, InetSocketAddress address) {
        if (node.admission().comeToDoor(address.getAddress())) {
            new ProxiedConnection(node, protocol, client, address, null).begin();
        } else {
            node.parts().meter().turnedAway(protocol.name());
            client.close();
        }
    }

    /** What it listens for. */
    public String name() {
        return name;
    }

    /** Where. */
    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    /** Accepts no more; what was accepted stays. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
