package dev.sallyport.proxy.postgres;

import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** One end of the connection, the client's or the target's. What comes is handed to whoever {@link Side} is. */
final class WireEnd extends RelayHandler {

    /** Who deals with what comes. */
    interface Side {

        /** Bytes came; they are yours now. */
        void received(ByteBuf bytes);

        /** It sends no more, and may still read what it is sent. */
        default void saidAll() {
            gone();
        }

        /** Nothing more will come. May be called again. */
        void gone();

        /** It broke. */
        void broken(Throwable cause);
    }

    private final Side side;
    private boolean attached;

    WireEnd(Side side) {
        this.side = side;
    }

    /** Passes {@code bytes} on to the other end, and takes them over. */
    void pass(ByteBuf bytes) {
        forward(bytes);
    }

    /** Sends {@code bytes} to this end at once, and takes them over. */
    void send(ByteBuf bytes) {
        reply(bytes);
        flush();
    }

    void flushNow() {
        flush();
    }

    /** Closes the channel behind what was written, if there is one yet. */
    void close() {
        if (attached) {
            channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        super.handlerAdded(added);
        attached = true;
    }

    Channel wire() {
        return channel();
    }

    @Override
    protected void received(ByteBuf bytes) {
        side.received(bytes);
    }

    @Override
    protected void closed() {
        side.gone();
    }

    @Override
    protected void failed(Throwable cause) {
        side.broken(cause);
    }

    /** PostgreSQL knows no half-closed connections: who sends no more has gone, but for a client behind its Terminate. */
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            flush();
            side.saidAll();
        } else {
            super.userEventTriggered(from, event);
        }
    }
}
