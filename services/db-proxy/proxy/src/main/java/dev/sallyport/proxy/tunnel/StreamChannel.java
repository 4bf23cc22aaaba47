package dev.sallyport.proxy.tunnel;

import dev.sallyport.proxy.connection.Transport;
import dev.sallyport.tunnel.yamux.StreamEvents;
import dev.sallyport.tunnel.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of a tunnel as a channel of its own, on the tunnel's event loop. What comes is handed on by reference while the channel
 * is read, and kept, copied close together, while it is not: never more than the stream's window. What is written waits here
 * while the stream's window is full or the tunnel's connection takes no more; nobody else waits with it.
 */
final class StreamChannel extends AbstractChannel implements StreamEvents {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    /** How long the other side may take to close a stream that we have closed. */
    private static final long LINGER_SECONDS = 10;

    private final Tunnel tunnel;
    private final YamuxStream stream;
    private final ChannelConfig config = new DefaultChannelConfig(this) {
        @Override
        protected void autoReadCleared() {
            readWanted = false;
        }
    };

    private @Nullable ByteBuf kept;
    private boolean readWanted;
    private boolean readInBatch;
    private boolean readScheduled;
    private boolean inputEnded;
    private boolean endTold;
    private boolean open = true;

    StreamChannel(Tunnel tunnel, YamuxStream stream) {
        super(tunnel.channel());
        this.tunnel = tunnel;
        this.stream = stream;
        config.setWriteBufferWaterMark(Transport.WATER_MARK);
    }

    @Override
    public void data(ByteBuf bytes) {
        tunnel.touched(this);
        if (readWanted && kept == null) {
            int length = bytes.readableBytes();
            readInBatch = true;
            pipeline().fireChannelRead(bytes);
            stream.consumed(length);
        } else {
            keep(bytes);
        }
    }

    private void keep(ByteBuf bytes) {
        ByteBuf all = kept;
        if (all == null) {
            all = alloc().buffer(bytes.readableBytes());
            kept = all;
        }
        try {
            all.writeBytes(bytes);
        } finally {
            bytes.release();
        }
    }

    /** The tunnel's batch of reads is over. Who read in it hears of that, also when it wants to read no more by now. */
    void batchRead() {
        if (readInBatch || readWanted && kept == null) {
            readInBatch = false;
            readWanted = false;
            pipeline().fireChannelReadComplete();
            tellEnd();
        }
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        if (!readScheduled && (kept != null || inputEnded && !endTold)) {
            readScheduled = true;
            eventLoop().execute(this::readKept);
        }
    }

    private void readKept() {
        readScheduled = false;
        ByteBuf all = kept;
        if (!open || !readWanted) {
            return;
        }
        if (all != null) {
            kept = null;
            readWanted = false;
            int length = all.readableBytes();
            pipeline().fireChannelRead(all);
            stream.consumed(length);
            tunnel.flush();
            pipeline().fireChannelReadComplete();
        }
        tellEnd();
    }

    private void tellEnd() {
        if (open && inputEnded && !endTold && kept == null && readWanted) {
            endTold = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    @Override
    public void finished() {
        inputEnded = true;
        tunnel.touched(this);
    }

    @Override
    public void reset() {
        unsafe().close(voidPromise());
    }

    @Override
    public void windowGrown() {
        unsafe().flush();
    }

    /** The tunnel's connection takes more again; it may be our own write, not over yet, that has made room. */
    void resume() {
        eventLoop().execute(() -> unsafe().flush());
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        for (Object next = out.current(); next != null; next = out.current()) {
            ByteBuf bytes = (ByteBuf) next;
            if (!bytes.isReadable()) {
                out.remove();
            } else if (stream.over()) {
                // The close that is on its way fails what is left.
                break;
            } else if (!tunnel.takesMore()) {
                tunnel.waits(this);
                break;
            } else if (stream.window() == 0) {
                break;
            } else {
                int now = Math.min(stream.window(), bytes.readableBytes());
                stream.send(bytes.readRetainedSlice(now));
                out.progress(now);
            }
        }
        tunnel.flush();
    }

    @Override
    protected void doClose() {
        open = false;
        ByteBuf all = kept;
        kept = null;
        if (all != null) {
            all.release();
        }
        stream.close();
        tunnel.flush();
        tunnel.closed(this);
        if (!stream.over()) {
            eventLoop().schedule(this::resetStream, LINGER_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void resetStream() {
        stream.reset();
        tunnel.flush();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return loop == parent().eventLoop();
    }

    @Override
    protected SocketAddress localAddress0() {
        return parent().localAddress();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return parent().remoteAddress();
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("a stream has no address of its own");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new AbstractUnsafe() {
            @Override
            public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
                promise.setFailure(new UnsupportedOperationException("a stream is connected already"));
            }
        };
    }
}
