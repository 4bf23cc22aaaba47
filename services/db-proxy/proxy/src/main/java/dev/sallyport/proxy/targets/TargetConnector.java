package dev.sallyport.proxy.targets;

import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.proxy.connection.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/** Connects to targets. */
public final class TargetConnector {

    private final Transport transport;
    private final Duration timeout;

    public TargetConnector(Transport transport, Duration timeout) {
        this.transport = transport;
        this.timeout = timeout;
    }

    /** A channel to the target on {@code loop}; fails with {@link TargetException} within the timeout. */
    public Future<Channel> connect(GrantTarget target, EventLoop loop, ChannelHandler handler) {
        Promise<Channel> promise = loop.newPromise();
        // The system's resolver blocks.
        Thread.ofVirtual().name("resolve").start(() -> {
            try {
                InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(target.host()), target.port());
                loop.execute(() -> connect(target, address, loop, handler, promise));
            } catch (UnknownHostException e) {
                promise.tryFailure(new TargetException("the database's host " + target.host() + " has no address"));
            }
        });
        return promise;
    }

    private void connect(
            GrantTarget target,
            InetSocketAddress address,
            EventLoop loop,
            ChannelHandler handler,
            Promise<Channel> promise) {
        new Bootstrap()
                .group(loop)
                .channel(transport.clientChannel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeout.toMillis())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, Transport.WATER_MARK)
                .handler(handler)
                .connect(address)
                .addListener((ChannelFutureListener) connected -> complete(promise, connected, target));
    }

    private static void complete(Promise<Channel> promise, ChannelFuture connected, GrantTarget target) {
        if (connected.isSuccess()) {
            if (!promise.trySuccess(connected.channel())) {
                connected.channel().close();
            }
        } else {
            promise.tryFailure(new TargetException("cannot reach the database at " + target.host() + ":" + target.port()
                    + ": " + connected.cause().getMessage()));
        }
    }
}
