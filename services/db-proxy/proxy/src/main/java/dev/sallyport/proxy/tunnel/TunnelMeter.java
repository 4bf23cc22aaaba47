package dev.sallyport.proxy.tunnel;

/** What becomes of tunnels, counted. Called on event loops: must not block. */
public interface TunnelMeter {

    /** Counts nothing. */
    TunnelMeter NONE = new TunnelMeter() {};

    default void opened() {}

    default void refused(TunnelRefusal why) {}

    /** A client was turned away without a word, for there were too many at the door. */
    default void turnedAway() {}

    default void streamOpened() {}
}
