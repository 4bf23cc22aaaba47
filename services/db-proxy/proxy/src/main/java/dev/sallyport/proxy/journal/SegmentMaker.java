package dev.sallyport.proxy.journal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes one segment ahead, on a thread of its own, so that who appends waits for no disk. */
final class SegmentMaker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(SegmentMaker.class);
    private static final long RETRY_NANOS = 500_000_000L;

    private final JournalSettings settings;
    private final Disk disk;
    private final BooleanSupplier room;
    private final Thread thread;
    private long lastNumber;
    private volatile @Nullable Segment spare;
    private volatile @Nullable String failure;
    private boolean closed;

    /** @param room whether there may be one more segment */
    SegmentMaker(JournalSettings settings, Disk disk, long lastNumber, BooleanSupplier room) {
        this.settings = settings;
        this.disk = disk;
        this.lastNumber = lastNumber;
        this.room = room;
        this.thread = Thread.ofPlatform().name("journal-segments").daemon().unstarted(this::run);
    }

    /** Makes the first one on the caller's thread, and goes on by itself. */
    Segment start() throws IOException {
        Segment first = make();
        thread.start();
        return first;
    }

    private Segment make() throws IOException {
        long number = lastNumber + 1;
        Segment made = Segment.create(
                settings.directory().resolve(Segment.name(number)), number, settings.segmentBytes(), disk);
        lastNumber = number;
        return made;
    }

    private void run() {
        try {
            while (awaitNeed()) {
                try {
                    made(make());
                } catch (IOException e) {
                    failed(e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return false when closed */
    private synchronized boolean awaitNeed() throws InterruptedException {
        while (!closed && (spare != null || !room.getAsBoolean())) {
            wait();
        }
        return !closed;
    }

    private synchronized void made(Segment segment) {
        if (failure != null) {
            LOG.info("the journal can grow again");
        }
        failure = null;
        spare = segment;
        notifyAll();
    }

    private synchronized void failed(IOException cause) throws InterruptedException {
        if (failure == null) {
            LOG.errorf(
                    "the journal cannot grow, new statements are refused when its last segment is used up: %s", cause);
        }
        failure = cause.toString();
        notifyAll();
        long again = System.nanoTime() + RETRY_NANOS;
        for (long left = RETRY_NANOS; left > 0 && !closed; left = again - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** Why none could be made the last time; null when one could. */
    @Nullable String failure() {
        return failure;
    }

    /** Whether {@link #take} gives one at once. */
    boolean ready() {
        return spare != null;
    }

    /** The one made ahead. Waits for it only when segments are used up faster than the disk can make them. */
    synchronized @Nullable Segment take(long patienceNanos) throws InterruptedException {
        long deadline = System.nanoTime() + patienceNanos;
        for (long left = patienceNanos;
                spare == null && failure == null && left > 0;
                left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        Segment taken = spare;
        spare = null;
        notifyAll();
        return taken;
    }

    /** There may be room again. */
    synchronized void wake() {
        notifyAll();
    }

    /** The spare one is deleted: nothing is in it. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            // Never interrupted: that would close the file under its hands.
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Segment unused = spare;
        if (unused != null) {
            try {
                unused.delete();
            } catch (IOException e) {
                LOG.warnf("cannot delete the unused journal segment %s: %s", unused.file, e);
            }
        }
    }
}
