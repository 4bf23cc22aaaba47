package dev.sallyport.proxy.connection;

/** A protocol's side of one connection. All calls are made on the event loop of the client's channel. */
public interface ConnectionHandler {

    /**
     * The connection must end now, whatever it is doing: tells the client in the protocol's own words (PostgreSQL 57P01, MySQL
     * ERR, with {@link CloseCause#message()}) when that can still be said, and then calls
     * {@link ClientConnection#close(CloseCause)} with the same cause. Called at most once. A handler that has not closed within
     * half a second is closed by force.
     */
    void end(CloseCause cause);

    /**
     * Something that the client should know, while its session goes on.
     *
     * @return false when it cannot be said just now, and is to be tried again soon; a protocol that has no words for what nobody
     *     asked for, such as MySQL's, says nothing and answers true
     */
    default boolean warn(String message) {
        return true;
    }
}
