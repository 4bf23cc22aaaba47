package dev.sallyport.proxy.tunnel;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.TunnelId;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.connection.Proven;
import dev.sallyport.tunnel.yamux.GoAway;
import dev.sallyport.tunnel.yamux.SessionEvents;
import dev.sallyport.tunnel.yamux.StreamEvents;
import dev.sallyport.tunnel.yamux.YamuxException;
import dev.sallyport.tunnel.yamux.YamuxLimits;
import dev.sallyport.tunnel.yamux.YamuxSession;
import dev.sallyport.tunnel.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** An open tunnel: the handler of its connection, and the owner of its streams. Confined to the connection's event loop. */
final class Tunnel extends ChannelInboundHandlerAdapter implements SessionEvents {

    private static final Logger LOG = Logger.getLogger(Tunnel.class);
    /** How long its streams have for their last words once it is to end; with them it is gone within a second. */
    private static final long LAST_WORDS_MILLIS = 700;
    /** Who asks and asks and does not read our answers is cut off, when this many bytes of them wait. */
    private static final long MAX_WAITING_BYTES = 4 << 20;

    private final Tunnels tunnels;
    private final Channel channel;
    private final InetSocketAddress address;
    private final GrantState grant;
    private final TunnelId id;
    private final Protocol protocol;
    private final YamuxSession session;
    private final Set<StreamChannel> streams = new LinkedHashSet<>();
    private final Set<StreamChannel> touched = new LinkedHashSet<>();
    private final Set<StreamChannel> waiting = new LinkedHashSet<>();
    private long lastReadNanos = System.nanoTime();
    private long askedNanos;
    private boolean reading;
    private boolean unflushed;
    private boolean ending;
    private boolean closed;

    Tunnel(
            Tunnels tunnels,
            Channel channel,
            InetSocketAddress address,
            GrantState grant,
            TunnelId id,
            Protocol protocol) {
        this.tunnels = tunnels;
        this.channel = channel;
        this.address = address;
        this.grant = grant;
        this.id = id;
        this.protocol = protocol;
        YamuxLimits limits = new YamuxLimits(tunnels.limits().streams(), 1, YamuxLimits.INITIAL_WINDOW_BYTES);
        this.session = new YamuxSession(YamuxSession.Role.SERVER, limits, channel.alloc(), this);
    }

    /** It is in the pipeline of its channel. */
    void begin() {
        LOG.infof("tunnel %s of %s for grant %s", id, grant.grantee().name(), grant.grantId());
        watch();
        if (!channel.isActive()) {
            gone();
        }
    }

    Channel channel() {
        return channel;
    }

    GrantId grantId() {
        return grant.grantId();
    }

    String person() {
        return grant.grantee().subject();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reading = true;
        lastReadNanos = System.nanoTime();
        try {
            session.received((ByteBuf) message);
        } catch (YamuxException violation) {
            LOG.infof("tunnel %s is closed: %s", id, violation.getMessage());
            closeBehindWhatWasSent();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        for (StreamChannel stream : List.copyOf(touched)) {
            touched.remove(stream);
            stream.batchRead();
        }
        reading = false;
        flush();
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        if (out != null && out.totalPendingWriteBytes() > MAX_WAITING_BYTES) {
            LOG.warnf("tunnel %s is closed: it does not read what it asks for", id);
            channel.close();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            List<StreamChannel> next = List.copyOf(waiting);
            waiting.clear();
            next.forEach(StreamChannel::resume);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            channel.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debugf("tunnel %s broke: %s", id, cause.getMessage());
        } else {
            LOG.errorf(cause, "tunnel %s ends by a bug", id);
        }
        channel.close();
    }

    private void gone() {
        if (!closed) {
            closed = true;
            session.closed();
            tunnels.closed(this);
            LOG.infof("tunnel %s closed", id);
        }
    }

    @Override
    public void send(ByteBuf bytes) {
        unflushed = true;
        channel.write(bytes, channel.voidPromise());
    }

    /** Sends what was written; when a batch is being read, at its end. */
    void flush() {
        if (unflushed && !reading) {
            unflushed = false;
            channel.flush();
        }
    }

    @Override
    public StreamEvents opened(YamuxStream stream) {
        StreamChannel opened = new StreamChannel(this, stream);
        streams.add(opened);
        channel.eventLoop().register(opened);
        tunnels.meter().streamOpened();
        tunnels.node().serve(protocol, opened, address, new Proven(grant.login(), id));
        return opened;
    }

    @Override
    public void pong(int value) {
        // That something came is all that counts.
    }

    @Override
    public void goingAway(GoAway reason) {
        if (reason != GoAway.NORMAL) {
            LOG.infof("tunnel %s is closed by its other side: %s", id, reason);
            channel.close();
        }
    }

    void touched(StreamChannel stream) {
        touched.add(stream);
    }

    boolean takesMore() {
        return channel.isWritable();
    }

    void waits(StreamChannel stream) {
        waiting.add(stream);
    }

    void closed(StreamChannel stream) {
        streams.remove(stream);
        touched.remove(stream);
        waiting.remove(stream);
        if (ending && streams.isEmpty()) {
            closeBehindWhatWasSent();
        }
    }

    int streams() {
        return streams.size();
    }

    void onLoop(Runnable task) {
        channel.eventLoop().execute(task);
    }

    /** Takes no new streams. */
    void goAway() {
        session.goAway(GoAway.NORMAL);
        flush();
    }

    /** Goes when its streams have; they have been told already. */
    void end() {
        if (ending || closed) {
            return;
        }
        ending = true;
        goAway();
        if (streams.isEmpty()) {
            closeBehindWhatWasSent();
        } else {
            channel.eventLoop().schedule(() -> channel.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void closeBehindWhatWasSent() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        channel.eventLoop().schedule(() -> channel.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void watch() {
        if (closed) {
            return;
        }
        if (askedNanos != 0 && lastReadNanos - askedNanos < 0) {
            LOG.infof("tunnel %s is closed: it gives no sign of life", id);
            channel.close();
            return;
        }
        askedNanos = System.nanoTime();
        session.ping(0);
        flush();
        channel.eventLoop().schedule(this::watch, tunnels.limits().keepalive().toMillis(), TimeUnit.MILLISECONDS);
    }
}
