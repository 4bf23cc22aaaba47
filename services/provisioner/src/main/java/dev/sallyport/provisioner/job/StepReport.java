package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.JobProgressed;
import java.util.List;
import java.util.Optional;

/**
 * What a step has to say when it did its work.
 *
 * @param skipped there was nothing to do
 * @param spec what was learnt about the instance
 * @param results of the roles
 * @param provisioned how the roles are reached
 * @param plan what would be changed
 */
record StepReport(
        boolean skipped,
        String message,
        Optional<Job.Spec> spec,
        List<Job.RoleResult> results,
        Optional<JobProgressed.Provisioned> provisioned,
        Optional<JobPlan> plan) {

    static StepReport done(String message) {
        return new StepReport(false, message, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    static StepReport skipped(String message) {
        return new StepReport(true, message, Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    static StepReport made(String message, List<Job.RoleResult> results, JobProgressed.Provisioned provisioned) {
        return new StepReport(false, message, Optional.empty(), results, Optional.of(provisioned), Optional.empty());
    }

    static StepReport planned(String message, JobPlan plan) {
        return new StepReport(false, message, Optional.empty(), List.of(), Optional.empty(), Optional.of(plan));
    }

    StepReport about(Job.Spec spec) {
        return new StepReport(skipped, message, Optional.of(spec), results, provisioned, plan);
    }
}
