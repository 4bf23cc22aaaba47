package dev.sallyport.proxy.journal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** The real disk, which does what a test says: takes its time, fails, is full. */
public final class HeldDisk implements Disk {

    private final Semaphore flushing = new Semaphore(Integer.MAX_VALUE / 2);
    private final Semaphore filling = new Semaphore(Integer.MAX_VALUE / 2);
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean failing;
    private volatile boolean full;
    private int heldFlushes;
    private int heldFills;

    /** A journal on this disk. */
    public Journal journal(JournalSettings settings) {
        return Journal.open(settings, this);
    }

    /** No flush ends from here on. */
    public void holdFlushes() {
        heldFlushes = flushing.drainPermits();
    }

    public void releaseFlushes() {
        flushing.release(heldFlushes);
        heldFlushes = 0;
    }

    /** No segment is finished from here on. */
    public void holdSegments() {
        heldFills = filling.drainPermits();
    }

    public void releaseSegments() {
        filling.release(heldFills);
        heldFills = 0;
    }

    /** Whether flushes fail. */
    public void fail(boolean fails) {
        failing = fails;
    }

    /** Whether there is no space for another segment. */
    public void fill(boolean isFull) {
        full = isFull;
    }

    /** How many flushes were begun. */
    public int flushesAsked() {
        return asked.get();
    }

    @Override
    public void fill(FileChannel file, int size) throws IOException {
        filling.acquireUninterruptibly();
        filling.release();
        if (full) {
            throw new IOException("No space left on device");
        }
        REAL.fill(file, size);
    }

    @Override
    public void force(FileChannel file, MemorySegment mapped) throws IOException {
        asked.incrementAndGet();
        flushing.acquireUninterruptibly();
        flushing.release();
        if (failing) {
            throw new IOException("Input/output error");
        }
        REAL.force(file, mapped);
    }

    @Override
    public void forceNames(Path directory) throws IOException {
        REAL.forceNames(directory);
    }
}
