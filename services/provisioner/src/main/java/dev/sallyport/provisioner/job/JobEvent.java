package dev.sallyport.provisioner.job;

import java.time.Duration;

/** What happens to a job. */
sealed interface JobEvent {

    /** A runner that holds the instance's lock takes the job up. */
    record TakenUp() implements JobEvent {}

    /** Another job works on the same cluster; this one is looked at again. */
    record Blocked(Duration pause) implements JobEvent {}

    /** The step that was running is done, or there was nothing to do. */
    record StepDone() implements JobEvent {}

    /** Somebody wants it ended, and no step is in the middle of its work. */
    record CancelAsked(String by) implements JobEvent {}

    /** The step that was running failed. @param passing whether trying again may help */
    record StepFailed(String message, boolean passing) implements JobEvent {}
}
