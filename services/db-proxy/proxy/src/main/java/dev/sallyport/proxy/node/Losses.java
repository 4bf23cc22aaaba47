package dev.sallyport.proxy.node;

import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/** Says in the log that statements go on unrecorded: at once, and then at most every ten seconds. Any thread may call. */
final class Losses {

    private static final Logger LOG = Logger.getLogger(Losses.class);
    private static final long EVERY_NANOS = 10_000_000_000L;

    private final AtomicLong unsaid = new AtomicLong();
    private final AtomicLong sayAtNanos = new AtomicLong(System.nanoTime());

    /** @return how many were said to be lost; 0 when it was not yet time to say so */
    long lost(String why, long nowNanos) {
        unsaid.incrementAndGet();
        long due = sayAtNanos.get();
        if (nowNanos - due < 0 || !sayAtNanos.compareAndSet(due, nowNanos + EVERY_NANOS)) {
            return 0;
        }
        long count = unsaid.getAndSet(0);
        LOG.errorf("%d statements went on without being recorded (audit mode best-effort): %s", count, why);
        return count;
    }
}
