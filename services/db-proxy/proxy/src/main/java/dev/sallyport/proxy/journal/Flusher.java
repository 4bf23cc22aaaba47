package dev.sallyport.proxy.journal;

import dev.sallyport.proxy.audit.JournalException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings what was appended to the disk when somebody waits for it, on a thread of its own. All who come while one flush goes on
 * share the next one.
 *
 * <pre>
 *  sessions ─whenDurable(record)─▶ waiting ─▶ force all that is appended ─▶ told, each in its turn
 * </pre>
 */
final class Flusher implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Flusher.class);

    /** What is to be forced: all of the journal up to the record {@code record}. */
    record Span(long record, List<Part> parts) {}

    /** A piece of one segment. */
    record Part(Segment segment, int from, int to) {}

    /** Where the journal is appended to. */
    interface Tail {

        /** What was appended behind the last span that was forced. */
        Span unforced();

        /**
         * The disk did not take a part of it: nothing more is appended to that segment.
         *
         * @return the last record that was
         */
        long abandon();
    }

    private record Waiting(long record, DurableCallback callback) {}

    private final Tail tail;
    private final Disk disk;
    private final JournalSettings settings;
    private final Thread thread;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private volatile long durable;
    private volatile long flushes;
    /** The records that may have been lost: behind the first, up to the second. No later flush can tell. */
    private volatile long lostBehind = Long.MAX_VALUE;

    private volatile long lostUpTo;
    private volatile @Nullable JournalException failure;
    private long namedSegment;
    private volatile boolean closed;

    Flusher(Tail tail, JournalSettings settings, Disk disk) {
        this.tail = tail;
        this.settings = settings;
        this.disk = disk;
        this.thread = Thread.ofPlatform().name("journal-flusher").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Whether the record is known to be on the disk. */
    boolean holds(long record) {
        return record <= durable && !lost(record);
    }

    private boolean lost(long record) {
        return record > lostBehind && record <= lostUpTo;
    }

    /** How often the disk was asked. */
    long flushes() {
        return flushes;
    }

    /** The callback comes on the flusher's thread, once. */
    void whenDurable(long record, DurableCallback callback) {
        synchronized (waiting) {
            waiting.add(new Waiting(record, callback));
        }
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            List<Waiting> group = group();
            if (group.isEmpty()) {
                LockSupport.park(this);
            } else {
                flush();
                group.forEach(this::tell);
            }
        }
        JournalException end = new JournalException("the journal is closed");
        group().forEach(one -> one.callback().done(end));
    }

    private List<Waiting> group() {
        synchronized (waiting) {
            List<Waiting> group = new ArrayList<>(waiting);
            waiting.clear();
            return group;
        }
    }

    private void flush() {
        Span span = tail.unforced();
        try {
            for (Part part : span.parts()) {
                if (part.segment().number > namedSegment) {
                    disk.forceNames(settings.directory());
                    namedSegment = part.segment().number;
                }
                part.segment().force(disk, part.from(), part.to());
            }
            flushes++;
            durable = span.record();
        } catch (IOException | RuntimeException e) {
            // A second try may say yes to what the first one lost (fsync(2)): these records stay without a promise.
            LOG.errorf("the journal cannot be flushed to the disk: %s", e);
            failure = new JournalException("the journal cannot be flushed to the disk: " + e, e);
            lostBehind = Math.min(lostBehind, durable);
            lostUpTo = tail.abandon();
        }
    }

    private void tell(Waiting one) {
        try {
            if (lost(one.record())) {
                one.callback().done(failure);
            } else if (one.record() <= durable) {
                one.callback().done(null);
            } else {
                whenDurable(one.record(), one.callback());
            }
        } catch (RuntimeException e) {
            LOG.error("who waited for the disk failed", e);
        }
    }

    /** Who still waits is told that it failed. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
