package dev.sallyport.tunnel.handshake;

/** The peer does not speak the handshake. The message holds nothing of what it sent but types and lengths. */
public final class HandshakeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HandshakeException(String message) {
        // No stack trace: whoever sends rubbish must not make us walk stacks.
        super(message, null, false, false);
    }
}
