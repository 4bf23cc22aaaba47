package dev.sallyport.cli.ssm.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * What was sent and is not acknowledged yet: a bounded number of messages, each sent again when its acknowledgement is late. Like the
 * plugin it sends the oldest again; and with it those that are older than one which was acknowledged, for they were lost. Not
 * safe for many threads; times are those of {@link System#nanoTime}.
 */
final class OutgoingWindow {

    /** How many are sent again at once. */
    static final int BURST = 64;

    private final TreeMap<Long, Sent> messages = new TreeMap<>();
    private final RoundTrip roundTrip = new RoundTrip();
    private final int capacity;
    private long nextSequence;
    private long highestAcknowledged = -1;

    OutgoingWindow(int capacity) {
        this.capacity = capacity;
    }

    private static final class Sent {
        private final byte[] message;
        private long lastSentNanos;
        private boolean again;

        Sent(byte[] message, long now) {
            this.message = message;
            this.lastSentNanos = now;
        }
    }

    boolean full() {
        return messages.size() >= capacity;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** The number of the next message. */
    long nextSequence() {
        return nextSequence;
    }

    /** The next message is on its way. */
    void add(byte[] message, long now) {
        if (full()) {
            throw new IllegalStateException("the window is full");
        }
        messages.put(nextSequence++, new Sent(message, now));
    }

    /** False when it was acknowledged before, or never sent. */
    boolean acknowledged(long sequence, long now) {
        Sent sent = messages.remove(sequence);
        if (sent == null) {
            return false;
        }
        highestAcknowledged = Math.max(highestAcknowledged, sequence);
        // Of a message that was sent twice nobody knows which one is acknowledged (RFC 6298, 3).
        if (!sent.again) {
            roundTrip.took(now - sent.lastSentNanos);
        }
        return true;
    }

    /** What is to be sent again now, oldest first; it counts as sent. */
    List<byte[]> due(long now) {
        List<byte[]> due = new ArrayList<>();
        for (var entry : messages.entrySet()) {
            boolean lost = entry.getKey() < highestAcknowledged;
            boolean oldest = entry.getKey().equals(messages.firstKey());
            if (due.size() == BURST || !(lost || oldest)) {
                break;
            }
            if (now - entry.getValue().lastSentNanos > roundTrip.timeoutNanos()) {
                due.add(again(entry.getValue(), now));
            }
        }
        return due;
    }

    /** All of it, oldest first, for a new socket. */
    List<byte[]> all(long now) {
        return messages.values().stream().map(sent -> again(sent, now)).toList();
    }

    private static byte[] again(Sent sent, long now) {
        sent.again = true;
        sent.lastSentNanos = now;
        return sent.message;
    }
}
