package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;

/** What happens to a stream. Called by the session's own thread. */
public interface StreamEvents {

    /**
     * Bytes came, and are the callee's now. It tells {@link YamuxStream#consumed} when it is done with them: until then they
     * count against the window.
     */
    void data(ByteBuf bytes);

    /** The peer sends no more. */
    void finished();

    /** The peer has reset the stream, or the session is over. Nothing follows. */
    void reset();

    /** {@link YamuxStream#window} has grown. */
    void windowGrown();
}
