package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a job is for. Its first steps, in the order of doing, are the provisioner's. */
public enum JobKind {
    /** Makes the roles. */
    PROVISION("preflight", "network", "master", "roles"),
    /** Tells what a provisioning or a deprovisioning would change, and changes nothing. */
    PLAN("preflight", "plan"),
    /** Takes the roles out, and what was made for them. */
    DEPROVISION("preflight", "remove-roles", "remove-network", "remove-secrets");

    /** Our own step of a deprovisioning. */
    static final String REMOVE_CONNECTIONS = "remove-connections";

    /** The steps that are done here, of whatever kind. */
    static final List<String> OURS = List.of(JobOrder.CREATE_CONNECTIONS, JobOrder.SEND_WEBHOOK, REMOVE_CONNECTIONS);

    private final List<String> provisionerSteps;

    JobKind(String... provisionerSteps) {
        this.provisionerSteps = List.of(provisionerSteps);
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

    /** The kind of a job that is shown: its steps tell. */
    public static JobKind of(Job job) {
        List<String> names = job.steps().stream().map(Job.Step::name).toList();
        if (names.contains("plan")) {
            return PLAN;
        }
        return names.contains("remove-roles") ? DEPROVISION : PROVISION;
    }

    static Optional<JobKind> labelled(String label) {
        for (JobKind kind : values()) {
            if (kind.label().equals(label)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    List<String> provisionerSteps() {
        return provisionerSteps;
    }

    /** What is done here behind the provisioner's steps, in the order of doing. */
    static List<String> ourSteps(JobCommand command) {
        if (command.dryRun()) {
            return List.of();
        }
        return switch (command) {
            case ProvisionRequested provision -> provision.jobSteps();
            case DeprovisionRequested deprovision -> List.of(REMOVE_CONNECTIONS);
        };
    }
}
