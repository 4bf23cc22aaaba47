package dev.sallyport.proxy.connection;

import java.util.Locale;

/** Why a connection ended. A closed list: it is the metric's label and what {@code session.closed} says. */
public enum CloseCause {
    /** The client said goodbye, or closed its side in good order. */
    CLIENT_CLOSED("the client closed the connection"),
    /** The client's connection broke. */
    CLIENT_LOST("the connection to the client broke"),
    TARGET_CLOSED("the database closed the connection"),
    TARGET_LOST("the connection to the database broke"),
    /** The database could not be reached or did not accept the login; there was no session. */
    TARGET_UNREACHABLE("the database could not be reached"),
    /** The client was not let in: see {@link AuthFailure}. */
    REFUSED("the login was refused"),
    HANDSHAKE_TIMEOUT("the login took too long"),
    /** What the client or the target sent was not the protocol. */
    PROTOCOL_ERROR("the protocol was violated"),
    GRANT_CLOSED("terminating connection because the grant was closed"),
    GRANT_EXPIRED("terminating connection because the grant has expired"),
    IDLE_TIMEOUT("terminating connection because it was idle for too long"),
    DRAINING("terminating connection because this proxy is stopping; connect again"),
    /** A statement could not be recorded, so it was not forwarded. */
    JOURNAL_UNAVAILABLE("terminating connection because statements cannot be recorded"),
    /** The proxy died; its next start says so. */
    CRASHED("the proxy died"),
    /** A bug of ours. */
    INTERNAL_ERROR("internal error");

    private final String message;

    CloseCause(String message) {
        this.message = message;
    }

    /** For the client to read. */
    public String message() {
        return message;
    }

    /** As the metric's label and {@code session.closed} have it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
