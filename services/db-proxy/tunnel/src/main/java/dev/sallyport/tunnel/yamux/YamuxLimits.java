package dev.sallyport.tunnel.yamux;

/**
 * The bounds of a session.
 *
 * @param streams how many streams of the peer may be open at once; one more is reset
 * @param unacknowledged how many streams of ours may wait for the peer's acknowledgement at once
 * @param windowBytes how much of a stream may be on its way to us, or wait here, before the peer has to stop: the memory of a
 *     stream; at least {@link #INITIAL_WINDOW_BYTES}
 */
public record YamuxLimits(int streams, int unacknowledged, int windowBytes) {

    /** The window that every stream begins with, in both directions, and the smallest that there is. */
    public static final int INITIAL_WINDOW_BYTES = 256 * 1024;

    /** The backlog of hashicorp's implementation, which resets what comes beyond. */
    public static final int USUAL_BACKLOG = 256;

    public YamuxLimits {
        if (streams < 0) {
            throw new IllegalArgumentException("there cannot be " + streams + " streams");
        }
        if (unacknowledged < 1) {
            throw new IllegalArgumentException("at least one stream has to be unacknowledged at first");
        }
        if (windowBytes < INITIAL_WINDOW_BYTES) {
            throw new IllegalArgumentException(
                    "a window has at least " + INITIAL_WINDOW_BYTES + " bytes, not " + windowBytes);
        }
    }
}
