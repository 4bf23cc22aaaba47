package dev.sallyport.proxy.shipping;

import dev.sallyport.proxy.journal.Position;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far the journal is shipped: all before {@code position} is acknowledged, and these sessions were open there.
 *
 * @param sessions by their number in the journal
 */
record Checkpoint(Position position, TreeMap<Long, Trail> sessions) {

    /** Before everything. */
    static Checkpoint start() {
        return new Checkpoint(Position.START, new TreeMap<>());
    }

    /** The segments before {@link #position} that are needed still. */
    Set<Long> pinned() {
        Set<Long> pinned = new HashSet<>();
        sessions.values().forEach(trail -> trail.pin(pinned));
        return pinned;
    }
}
