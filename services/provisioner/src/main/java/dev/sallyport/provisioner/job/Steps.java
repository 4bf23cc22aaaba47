package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.JobCommand;
import java.util.Optional;

/** Does the work of each step. Blocks; every step is safe to repeat, after a crash in the middle of it too. */
interface Steps {

    /** @throws StepFailure when it could not */
    StepReport run(Step step, JobCommand command);

    /**
     * The ARN of the cluster that the job acts on; empty when its instance is in none.
     *
     * @throws StepFailure when nobody can say now
     */
    Optional<String> cluster(JobCommand command);
}
