package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import java.util.List;

/** A step could not do its work. The message is for people and ends up in the job. */
final class StepFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final transient List<Job.RoleResult> results;

    StepFailure(String message, boolean passing) {
        this(message, passing, List.of());
    }

    /** @param results of the roles, when it came that far */
    StepFailure(String message, boolean passing, List<Job.RoleResult> results) {
        super(message);
        this.passing = passing;
        this.results = results;
    }

    static StepFailure forGood(String message) {
        return new StepFailure(message, false);
    }

    static StepFailure passing(String message) {
        return new StepFailure(message, true);
    }

    String text() {
        return String.valueOf(getMessage());
    }

    boolean passing() {
        return passing;
    }

    List<Job.RoleResult> results() {
        return results;
    }
}
