package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.roles.Dropped;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.secrets.SecretStores;
import jakarta.enterprise.context.ApplicationScoped;
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
    private final Network network;
    private final JobConfig config;

    Deprovisioning(
            Instances instances,
            SecretStores stores,
            Roles roles,
            MasterCredentials master,
            Network network,
            JobConfig config) {
        this.instances = instances;
        this.stores = stores;
        this.roles = roles;
        this.master = master;
        this.network = network;
        this.config = config;
    }

    /** Changes nothing, here or there. */
    StepReport preflight(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        if (!instance.available()) {
            throw StepFailure.forGood(
                    instance.what() + " is " + instance.status() + "; start the job again when it is available");
        }
        login(master, instance, endpoint, command);
        stores.sealed().probe();
        command.secrets().forEach(secret -> stores.of(secret.provider()));
        return StepReport.done(instance.engine() + " at " + endpoint.host() + ":" + endpoint.port())
                .about(ProvisioningSteps.spec(instance));
    }

    StepReport roles(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        Dropped dropped = roles.drop(instance.secrets(), endpoint, login(master, instance, endpoint, command));
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
        return network.remove(instance, name)
                .map(StepReport::done)
                .orElseGet(() -> StepReport.skipped("there is no security group of ours"));
    }

    StepReport secrets(DeprovisionRequested command) {
        if (command.secrets().isEmpty()) {
            return StepReport.skipped("there are none");
        }
        command.secrets().forEach(secret -> stores.of(secret.provider()).delete(secret.secretId()));
        return StepReport.done(command.secrets().size() + " secrets deleted");
    }

    /**
     * How the master logs in now: as the provisioning did, else with what is stored or what RDS keeps. A deprovisioning resets
     * no password.
     */
    static Login login(MasterCredentials master, Instance instance, Endpoint endpoint, DeprovisionRequested command) {
        return chosen(master, instance, endpoint, command)
                .or(() -> master.accepted(instance, endpoint, null))
                .orElseThrow(() -> StepFailure.forGood("no credentials of the master " + instance.masterUser()
                        + " log in; provision the instance once more, which makes them good, then take the roles out"));
    }

    /** Empty too when the source is gone for good, for instance its secret: another may be there. */
    private static Optional<Login> chosen(
            MasterCredentials master, Instance instance, Endpoint endpoint, DeprovisionRequested command) {
        if (command.master() == null) {
            return Optional.empty();
        }
        try {
            return master.accepted(instance, endpoint, command.master());
        } catch (StepFailure e) {
            if (e.passing()) {
                throw e;
            }
            return Optional.empty();
        } catch (TargetException e) {
            if (e.kind() == TargetException.Kind.TRANSIENT) {
                throw e;
            }
            return Optional.empty();
        }
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
