package dev.sallyport.proxy.connection;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import org.jboss.logging.Logger;

/** Listens for the clients of one protocol. Accepting does nothing but hand the channel to an event loop. */
public final class Listener implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Listener.class);
    private static final int BACKLOG = 1024;

    private final Protocol protocol;
    private final Channel channel;

    private Listener(Protocol protocol, Channel channel) {
        this.protocol = protocol;
        this.channel = channel;
    }

    /**
     * Listens at {@code host} and {@code port}, 0 for any free one. Blocks.
     *
     * @throws IllegalStateException when the port cannot be had
     */
    public static Listener bind(Node node, Transport transport, Protocol protocol, String host, int port) {
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
                        accept(node, protocol, client);
                    }
                })
                .bind(host, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException(
                    "cannot listen for " + protocol.name() + " at " + host + ":" + port + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        Listener listener = new Listener(protocol, bound.channel());
        LOG.infof("listening for %s at %s:%d", protocol.name(), host, listener.port());
        return listener;
    }

    private static void accept(Node node, Protocol protocol, Channel client) {
        // Null when the client is gone already.
        if (!(client.remoteAddress() instanceof InetSocketAddress address)) {
            client.close();
        } else if (node.admission().comeToDoor(address.getAddress())) {
            new ProxiedConnection(node, protocol, client, address).begin();
        } else {
            node.parts().meter().turnedAway(protocol.name());
            client.close();
        }
    }

    /** What it listens for. */
    public Protocol protocol() {
        return protocol;
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
