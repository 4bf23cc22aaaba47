package dev.sallyport.api.dbroles;

import dev.sallyport.api.problem.ProblemException;
import java.util.Optional;

/** Rolls back the transaction of a job that a rule said no to. */
final class RefusedJob extends RuntimeException {

    private static final long serialVersionUID = 1L;

    static final Refusal PREFIX_IN_USE = Refusal.conflict(
            "prefix_in_use",
            "connections of this prefix lead to another instance, or are about to; choose another prefix");
    private static final Refusal JOB_RUNNING =
            Refusal.conflict("job_running", "a job is running for this instance; wait until it ended, or cancel it");

    private final transient Refusal refusal;

    RefusedJob(Refusal refusal) {
        super(refusal.detail(), null, false, false);
        this.refusal = refusal;
    }

    ProblemException problem() {
        return new ProblemException(refusal.status(), refusal.code(), refusal.detail());
    }

    /** What it means that an index of the table {@code job} said no; empty for any other. */
    static Optional<Refusal> ofConstraint(String name) {
        return switch (name) {
            case "job_running_instance" -> Optional.of(JOB_RUNNING);
            case "job_running_prefix" -> Optional.of(PREFIX_IN_USE);
            default -> Optional.empty();
        };
    }
}
