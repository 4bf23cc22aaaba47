package dev.sallyport.notifier.webhook;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a failed delivery is tried again: after a pause that triples each time up to a bound, give or take a fifth.
 *
 * @param maxAttempts from 1
 */
record RetryPolicy(int maxAttempts, Duration firstPause, Duration maxPause) {

    private static final double JITTER = 0.2;

    /**
     * The pause after so many attempts; empty when that was the last.
     *
     * @param random from 0 to 1
     * @param notBefore the pause that the receiver asked for, honoured up to the longest pause
     */
    Optional<Duration> pauseAfter(int attempts, double random, @Nullable Duration notBefore) {
        if (attempts >= maxAttempts) {
            return Optional.empty();
        }
        double millis = Math.min(firstPause.toMillis() * Math.pow(3, attempts - 1.0), maxPause.toMillis());
        Duration ours = Duration.ofMillis(Math.round(millis * (1 - JITTER + 2 * JITTER * random)));
        if (notBefore == null) {
            return Optional.of(ours);
        }
        Duration asked = notBefore.compareTo(maxPause) < 0 ? notBefore : maxPause;
        return Optional.of(asked.compareTo(ours) > 0 ? asked : ours);
    }
}
