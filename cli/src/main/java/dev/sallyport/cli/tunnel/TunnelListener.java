package dev.sallyport.cli.tunnel;

import java.time.Duration;

/** Told what becomes of a tunnel, by its own thread, one call after the other. */
public interface TunnelListener {

    /** Tells nobody. */
    TunnelListener NONE = new TunnelListener() {};

    /** It is open: the local port leads to the database now. */
    default void connected(Ticket ticket) {}

    /** Its connection was lost, or could not be opened again: the next try is in {@code pause}. */
    default void reconnecting(String why, Duration pause) {}

    /** It is over. The last call. */
    default void ended(TunnelEnd end) {}
}
