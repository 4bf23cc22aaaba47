package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import java.util.List;
import java.util.Optional;

/** What a job is for, and so which steps it has, in the order of doing. */
enum JobKind {
    PROVISION(Step.PREFLIGHT, Step.NETWORK, Step.MASTER, Step.ROLES),
    /** Of a provisioning or of a deprovisioning. */
    PLAN(Step.PREFLIGHT, Step.PLAN),
    /** The secrets last: until the roles are gone they are how somebody logs in. */
    DEPROVISION(Step.PREFLIGHT, Step.REMOVE_ROLES, Step.REMOVE_NETWORK, Step.REMOVE_SECRETS);

    private final List<Step> steps;

    JobKind(Step... steps) {
        this.steps = List.of(steps);
    }

    static JobKind of(JobCommand command) {
        if (command.dryRun()) {
            return PLAN;
        }
        return switch (command) {
            case ProvisionRequested provision -> PROVISION;
            case DeprovisionRequested deprovision -> DEPROVISION;
        };
    }

    List<Step> steps() {
        return steps;
    }

    /** Empty behind the last one. */
    Optional<Step> after(Step step) {
        int next = steps.indexOf(step) + 1;
        return next < steps.size() ? Optional.of(steps.get(next)) : Optional.empty();
    }
}
