package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.roles.Dropped;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.secrets.SecretStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes the roles out of an instance. The master's password stays where it is: it was reset for us, and nobody else may know
 * it.
 */
@ApplicationScoped
class Deprovisioning {

    private final Instances instances;
    private final SecretStores stores;
    private final Roles roles;
    private final MasterCredentials master;
    private final JobConfig config;

    Deprovisioning(Instances instances, SecretStores stores, Roles roles, MasterCredentials master, JobConfig config) {
        this.instances = instances;
        this.stores = stores;
        this.roles = roles;
        this.master = master;
        this.config = config;
    }

    /** Changes nothing, here or there. */
    StepReport preflight(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        if (!instance.available()) {
            throw StepFailure.forGood(
                    "the instance is " + instance.status() + "; start the job again when it is available");
        }
        login(master, instance, endpoint);
        stores.sealed().probe();
        command.secrets().forEach(secret -> stores.of(secret.provider()));
        return StepReport.done(instance.engine() + " at " + endpoint.host() + ":" + endpoint.port())
                .about(ProvisioningSteps.spec(instance));
    }

    StepReport roles(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        Dropped dropped = roles.drop(instance.arn(), endpoint, login(master, instance, endpoint));
        String told = dropped.roles().stream().map(Deprovisioning::told).collect(Collectors.joining("; "));
        if (!dropped.complete()) {
            throw StepFailure.forGood(told);
        }
        return StepReport.done(told);
    }

    /** Off the instance first: a group that is attached cannot be deleted. */
    StepReport network(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        String name = ProvisioningSteps.groupName(instance, config);
        Optional<String> group = instances.ourGroup(instance, name);
        if (group.isEmpty()) {
            return StepReport.skipped("there is no security group of ours");
        }
        List<String> others = instance.securityGroups().stream()
                .filter(id -> !id.equals(group.get()))
                .toList();
        if (others.size() < instance.securityGroups().size()) {
            if (others.isEmpty()) {
                throw StepFailure.forGood(name + " is the instance's only security group, and it has to have one;"
                        + " attach another, then take the roles out again");
            }
            instances.setSecurityGroups(instance.arn(), others);
        }
        instances.deleteGroup(instance.arn(), group.get());
        return StepReport.done(name + " was taken off the instance and deleted");
    }

    StepReport secrets(DeprovisionRequested command) {
        if (command.secrets().isEmpty()) {
            return StepReport.skipped("there are none");
        }
        command.secrets().forEach(secret -> stores.of(secret.provider()).delete(secret.secretId()));
        return StepReport.done(command.secrets().size() + " secrets deleted");
    }

    /** How the master logs in now; a deprovisioning resets no password. */
    static Login login(MasterCredentials master, Instance instance, Endpoint endpoint) {
        return master.accepted(instance, endpoint)
                .orElseThrow(() -> StepFailure.forGood("no credentials of the master " + instance.masterUser()
                        + " log in; provision the instance once more, which makes them good, then take the roles out"));
    }

    private static String told(Dropped.Role role) {
        String end = switch (role.end()) {
            case DROPPED -> "dropped";
            case ABSENT -> "was not there";
            case LEFT -> "is left, locked";
        };
        return role.name() + " " + end + (role.notes().isEmpty() ? "" : " (" + String.join(", ", role.notes()) + ")");
    }
}
