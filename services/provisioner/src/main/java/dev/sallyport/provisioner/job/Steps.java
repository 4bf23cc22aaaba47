package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.JobCommand;

/** Does the work of each step. Blocks; every step is safe to repeat, after a crash in the middle of it too. */
interface Steps {

    /** @throws StepFailure when it could not */
    StepReport run(Step step, JobCommand command);
}
