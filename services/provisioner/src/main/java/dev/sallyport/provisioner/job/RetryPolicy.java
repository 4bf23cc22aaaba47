package dev.sallyport.provisioner.job;

import java.time.Duration;

/**
 * How often a step is tried.
 *
 * @param attempts in all, from 1
 * @param firstPause before the second attempt; it doubles from there
 * @param longestPause the bound of that
 */
record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {

    RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("a step is tried at least once, not " + attempts + " times");
        }
        if (firstPause.isNegative() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException(
                    "the pauses between attempts grow from " + firstPause + " to " + longestPause + ": they cannot");
        }
    }

    /** How long to wait after {@code attempt} failed. */
    Duration pauseAfter(int attempt) {
        Duration pause = firstPause;
        for (int i = 1; i < attempt && pause.compareTo(longestPause) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        return pause.compareTo(longestPause) < 0 ? pause : longestPause;
    }
}
