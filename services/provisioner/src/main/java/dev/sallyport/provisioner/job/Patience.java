package dev.sallyport.provisioner.job;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/**
 * How long we wait for what others do in their own time.
 *
 * @param deadline within one attempt of a step
 * @param poll between two looks
 */
record Patience(InstantSource clock, Duration deadline, Duration poll) {

    /** Looks until the condition holds; false when it did not within the deadline. */
    boolean until(BooleanSupplier condition) {
        Instant end = clock.instant().plus(deadline);
        while (!condition.getAsBoolean()) {
            if (!clock.instant().isBefore(end)) {
                return false;
            }
            pause();
        }
        return true;
    }

    private void pause() {
        try {
            Thread.sleep(poll);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StepFailure.passing("interrupted while waiting");
        }
    }
}
