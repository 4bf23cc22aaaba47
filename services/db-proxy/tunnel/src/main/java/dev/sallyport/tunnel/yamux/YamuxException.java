package dev.sallyport.tunnel.yamux;

/** The peer broke the protocol, or a bound. The session is over. The message holds nothing of the streams' data. */
public final class YamuxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    YamuxException(String message) {
        // No stack trace: whoever sends rubbish must not make us walk stacks.
        super(message, null, false, false);
    }
}
