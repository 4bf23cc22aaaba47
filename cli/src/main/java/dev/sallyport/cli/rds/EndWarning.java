package dev.sallyport.cli.rds;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Says that a grant ends soon: {@link #BEFORE} it does, or when half of what is left is over, if that is later. A grant that
 * was extended in the meantime is told of before its new end, and only then.
 *
 * @param end when there is nothing left to tell of
 * @param asked when the grant ends by now, given when it was to; the same again where nobody can say
 */
record EndWarning(
        InstantSource clock, CompletableFuture<?> end, UnaryOperator<Instant> asked, Consumer<Instant> warning) {

    static final Duration BEFORE = Duration.ofMinutes(5);

    /** Watches on a thread of its own. */
    void watch(Instant expiresAt) {
        Thread.ofVirtual().name("end-warning").start(() -> run(expiresAt));
    }

    private void run(Instant first) {
        Instant expiresAt = first;
        Instant look = first.minus(before(first));
        boolean told = false;
        while (stillOpenAt(look)) {
            Instant now = asked.apply(expiresAt);
            if (now.isAfter(expiresAt)) {
                expiresAt = now;
                look = now.minus(before(now));
                told = false;
            } else if (told) {
                return;
            } else {
                warning.accept(now);
                told = true;
                // It may be extended still.
                look = now;
            }
        }
    }

    private Duration before(Instant expiresAt) {
        Duration half = Duration.between(clock.instant(), expiresAt).dividedBy(2);
        return half.compareTo(BEFORE) < 0 ? half : BEFORE;
    }

    /** Waits for {@code time}; false when all has ended by then. */
    private boolean stillOpenAt(Instant time) {
        long left = Duration.between(clock.instant(), time).toMillis();
        try {
            end.get(Math.max(0, left), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException e) {
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
