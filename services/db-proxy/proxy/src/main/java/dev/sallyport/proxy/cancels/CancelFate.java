package dev.sallyport.proxy.cancels;

import java.util.Locale;

/** What became of a request to cancel between nodes. A closed list: it is the metric's label. */
public enum CancelFate {
    /** It came to us, it was for none of our sessions, and the other nodes were told. */
    TOLD,
    /** The same, but there were too many, of its address or in all. */
    LIMITED,
    /** The same, but Kafka did not take it in time. */
    LOST,
    /** Another node told us, and it was for a session of ours. */
    FOUND,
    /** Another node told us too late to do anything about it. */
    LATE;

    /** As the metric's label has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
