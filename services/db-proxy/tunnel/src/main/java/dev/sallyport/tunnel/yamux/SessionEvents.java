package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;

/** What a session asks of its connection, and tells it. Called by the session's own thread, from within its methods. */
public interface SessionEvents {

    /** Sends {@code bytes} behind all that was sent before, and takes them over. When they are flushed is the callee's. */
    void send(ByteBuf bytes);

    /** The peer has opened a stream, and it is acknowledged. To refuse it, {@link YamuxStream#reset} it. */
    StreamEvents opened(YamuxStream stream);

    /** The peer has answered the ping that had {@code value}. */
    void pong(int value);

    /** The peer takes no new streams; with another reason than {@link GoAway#NORMAL} the session is over. */
    void goingAway(GoAway reason);
}
