package dev.sallyport.proxy.cancels;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** So many in each second, of each address and in all. Remembers no more addresses than it lets pass in a second. Thread-safe. */
final class RateLimit {

    private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();

    private final CancelLimits limits;
    private final LongSupplier nanoTime;
    private final Map<InetAddress, Integer> passedOf = new HashMap<>();
    private long secondBegan;
    private int passed;

    RateLimit(CancelLimits limits, LongSupplier nanoTime) {
        this.limits = limits;
        this.nanoTime = nanoTime;
        this.secondBegan = nanoTime.getAsLong();
    }

    synchronized boolean passes(InetAddress from) {
        long now = nanoTime.getAsLong();
        if (now - secondBegan >= SECOND_NANOS) {
            secondBegan = now;
            passed = 0;
            passedOf.clear();
        }
        int before = passedOf.getOrDefault(from, 0);
        if (passed == limits.perSecond() || before == limits.perSecondPerAddress()) {
            return false;
        }
        passed++;
        passedOf.put(from, before + 1);
        return true;
    }
}
