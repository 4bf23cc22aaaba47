package dev.sallyport.proxy.connection;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * So many lines in each period: whoever knocks without end fills a metric and not the disk. The first line of the next period
 * says how many were held back. Thread-safe.
 */
public final class LineLimit {

    /** What {@link #next} answers for a line that is held back. */
    public static final long HELD_BACK = -1;

    private final int lines;
    private final long periodNanos;
    private final LongSupplier nanoTime;
    private long periodBegan;
    private int passed;
    private long heldBack;

    /** @param lines at least 1, in each {@code period} */
    public LineLimit(int lines, Duration period, LongSupplier nanoTime) {
        this.lines = lines;
        this.periodNanos = period.toNanos();
        this.nanoTime = nanoTime;
        this.periodBegan = nanoTime.getAsLong();
    }

    /** How many lines were held back before this one, which may be written; or {@link #HELD_BACK}. */
    public synchronized long next() {
        long now = nanoTime.getAsLong();
        if (now - periodBegan >= periodNanos) {
            periodBegan = now;
            passed = 0;
        }
        if (passed == lines) {
            heldBack++;
            return HELD_BACK;
        }
        passed++;
        long before = heldBack;
        heldBack = 0;
        return before;
    }
}
