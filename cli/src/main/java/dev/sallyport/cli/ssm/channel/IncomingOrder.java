package dev.sallyport.cli.ssm.channel;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts messages that overtook each other in order, a bounded number of them. Not safe for many threads. */
final class IncomingOrder {

    private final Map<Long, AgentMessage> early = new HashMap<>();
    private final int capacity;
    private long expected;

    IncomingOrder(int capacity) {
        this.capacity = capacity;
    }

    /** What is to be done with a message. */
    enum Place {
        /** To be delivered, and acknowledged. */
        NEXT,
        /** Kept until those before it are here; to be acknowledged. */
        EARLY,
        /** It was here before: its acknowledgement was lost. To be acknowledged again. */
        SEEN,
        /** There is no room for it: it comes again when it is not acknowledged. */
        TOO_EARLY
    }

    Place place(AgentMessage message) {
        long sequence = message.sequence();
        if (sequence < expected || early.containsKey(sequence)) {
            return Place.SEEN;
        }
        if (sequence == expected) {
            return Place.NEXT;
        }
        if (sequence - expected > capacity) {
            return Place.TOO_EARLY;
        }
        early.put(sequence, message);
        return Place.EARLY;
    }

    /** The next one was delivered. Returns that which came early and is next now; null when it is not here. */
    @Nullable AgentMessage delivered() {
        expected++;
        return early.remove(expected);
    }
}
