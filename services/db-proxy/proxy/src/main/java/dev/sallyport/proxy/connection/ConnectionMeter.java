package dev.sallyport.proxy.connection;

/** What happens at the door and behind it, counted. Called on event loops: must not block. */
public interface ConnectionMeter {

    /** Counts nothing. */
    ConnectionMeter NONE = new ConnectionMeter() {};

    default void accepted(String protocol) {}

    /** A client was turned away without a word, for there were too many at the door. */
    default void turnedAway(String protocol) {}

    default void refused(String protocol, AuthFailure why) {}

    default void opened(String protocol) {}

    default void closed(String protocol, CloseCause cause) {}
}
