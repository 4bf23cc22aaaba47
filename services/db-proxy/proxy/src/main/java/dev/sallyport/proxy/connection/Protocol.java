package dev.sallyport.proxy.connection;

import dev.sallyport.kernel.Engine;
import java.util.Set;

/**
 * One wire protocol. The implementations are application-scoped beans; there is a listener for each.
 *
 * @see ConnectionHandler what it makes for each client
 */
public interface Protocol {

    /** {@code postgres} or {@code mysql}: its name in configuration, metrics, heartbeats and logs. */
    String name();

    /** The engines whose targets it can speak to. */
    Set<Engine> engines();

    /**
     * A client has connected. Called once for each, on the event loop of its channel, before the first read: adds its handlers
     * to the channel's pipeline, may write (a greeting), must not block.
     */
    ConnectionHandler accept(ClientConnection connection);

    /**
     * Another node was asked to cancel what runs in a session that it does not have. Cancels it if the session is one of ours and
     * something runs in it. On any thread.
     *
     * @param digest see {@link dev.sallyport.contracts.sessions.SessionCancel}
     * @return whether the session is one of ours
     */
    default boolean cancel(String digest) {
        return false;
    }
}
