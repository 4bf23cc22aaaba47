package dev.sallyport.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * One end of a relay: a handler at the tail of the client's or of the target's pipeline. What it reads it passes to its peer by
 * reference; the peer is flushed once for each batch of reads; while the peer is full this side is not read. Both channels must
 * be on the same event loop.
 *
 * <p>A protocol extends it twice. Before the peer is known ({@link #join}), {@link #received} is all there is.
 */
public abstract class RelayHandler extends ChannelInboundHandlerAdapter {

    /** Much data goes on read by read: what was just read is in the processor's cache still, and its buffer is free for the next. */
    private static final int FLUSH_BYTES = 64 * 1024;

    private @Nullable ChannelHandlerContext context;
    private @Nullable RelayHandler peerEnd;
    private @Nullable Channel peer;
    private boolean inputEnded;
    private boolean unflushedToPeer;
    private int unflushedBytes;
    private boolean unflushedToSelf;

    /** Bytes came. The callee owns them: it passes on, or releases. */
    protected abstract void received(ByteBuf bytes);

    /** This channel is closed, for good or because the connection broke. */
    protected abstract void closed();

    /** The connection broke, or a handler below or {@link #received} threw. {@link #closed} may or may not follow. */
    protected abstract void failed(Throwable cause);

    /** Joins two ends, on their event loop. From here on each passes backpressure to the other. */
    public static void join(RelayHandler one, RelayHandler other) {
        Channel first = one.channel();
        Channel second = other.channel();
        if (first.eventLoop() != second.eventLoop()) {
            throw new IllegalArgumentException("the two ends of a relay must be on the same event loop");
        }
        one.peer = second;
        one.peerEnd = other;
        other.peer = first;
        other.peerEnd = one;
        one.readAsFarAsPeerTakes();
        other.readAsFarAsPeerTakes();
    }

    /** Sends {@code bytes} to the peer: at once when they are many, at the latest when this batch of reads ends. Takes them over. */
    protected final void forward(ByteBuf bytes) {
        Channel to = peer;
        if (to == null) {
            bytes.release();
            throw new IllegalStateException("there is no peer to forward to yet");
        }
        unflushedToPeer = true;
        unflushedBytes += bytes.readableBytes();
        to.write(bytes, to.voidPromise());
        if (unflushedBytes >= FLUSH_BYTES) {
            flush();
        }
    }

    /** Sends {@code bytes} back to this side, at the latest when this batch of reads ends. Takes them over. */
    protected final void reply(ByteBuf bytes) {
        unflushedToSelf = true;
        channel().write(bytes, channel().voidPromise());
    }

    /** Sends what was written now. Needed only outside of {@link #received}. */
    protected final void flush() {
        if (unflushedToSelf) {
            unflushedToSelf = false;
            channel().flush();
        }
        Channel to = peer;
        if (unflushedToPeer && to != null) {
            unflushedToPeer = false;
            unflushedBytes = 0;
            to.flush();
        }
    }

    /** This end's channel. */
    protected final Channel channel() {
        ChannelHandlerContext here = context;
        if (here == null) {
            throw new IllegalStateException("this end of the relay is in no pipeline yet");
        }
        return here.channel();
    }

    /**
     * The other side has closed its half in good order: by default this side's output is closed behind what was written, and
     * what it still answers is passed on.
     */
    protected void peerHalfClosed() {
        flush();
        Channel to = channel();
        if (to.pipeline().get(SslHandler.class) == null && to instanceof DuplexChannel duplex) {
            duplex.shutdownOutput();
        } else {
            to.close();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        received((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        flush();
    }

    /** This channel takes more, or no more: its peer is read accordingly. */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        Channel other = peer;
        if (other != null) {
            gate(other, from.channel().isWritable());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            flush();
            inputEnded = true;
            RelayHandler other = peerEnd;
            if (other == null) {
                from.close();
            } else if (other.inputEnded) {
                // Neither side has more to say. Whoever ended first is closed first.
                other.channel().close();
                from.close();
            } else {
                other.peerHalfClosed();
            }
        } else {
            super.userEventTriggered(from, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        failed(cause);
    }

    private void readAsFarAsPeerTakes() {
        Channel other = peer;
        if (other != null) {
            gate(channel(), other.isWritable());
        }
    }

    private static void gate(Channel read, boolean peerTakes) {
        if (peerTakes) {
            ReadGate.of(read).resume(ReadGate.Reason.PEER_FULL);
        } else {
            ReadGate.of(read).stop(ReadGate.Reason.PEER_FULL);
        }
    }
}
