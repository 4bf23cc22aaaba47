package dev.sallyport.proxy.connection;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** The event loops of all connections: epoll where there is one, NIO elsewhere. */
public final class Transport implements AutoCloseable {

    /** How much may wait to be written to a channel before its peer is no longer read, and when it is read again, in bytes. */
    public static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup acceptors;
    private final EventLoopGroup loops;

    /**
     * @param loops how many; 0 for one for every two cores: what a loop relays, others have to ship, and loops that share few
     *     busy connections wake up more often for the same work
     */
    public Transport(int loops) {
        int count = loops == 0 ? (Runtime.getRuntime().availableProcessors() + 1) / 2 : loops;
        this.acceptors = group(1, "accept");
        this.loops = group(count, "relay");
    }

    private EventLoopGroup group(int count, String name) {
        DefaultThreadFactory threads = new DefaultThreadFactory(name, true);
        return epoll ? new EpollEventLoopGroup(count, threads) : new NioEventLoopGroup(count, threads);
    }

    EventLoopGroup acceptors() {
        return acceptors;
    }

    public EventLoopGroup loops() {
        return loops;
    }

    Class<? extends ServerChannel> serverChannel() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The type of an outgoing channel. */
    public Class<? extends Channel> clientChannel() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    @Override
    public void close() {
        acceptors.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
