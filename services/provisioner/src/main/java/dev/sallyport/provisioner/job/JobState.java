package dev.sallyport.provisioner.job;

import java.time.Instant;

/** Where a job stands. */
sealed interface JobState {

    /** The step is to be tried, not before {@code notBefore}. @param attempt from 1 */
    record Waiting(Step step, int attempt, Instant notBefore) implements JobState {}

    /** The step is under way, or was when its process died. @param attempt from 1 */
    record Running(Step step, int attempt) implements JobState {}

    /** Every step is done. */
    record Completed() implements JobState {}

    /** The step failed for good. */
    record Failed(Step step, String message) implements JobState {}

    /** Somebody ended it before the step was done. */
    record Cancelled(Step step, String by) implements JobState {}

    default boolean finished() {
        return switch (this) {
            case Waiting w -> false;
            case Running r -> false;
            case Completed c -> true;
            case Failed f -> true;
            case Cancelled c -> true;
        };
    }
}
