package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.roles.RoleKind;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.secrets.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Tells what a job would change, call by call and statement by statement. Changes nothing. */
@ApplicationScoped
class Planning {

    private final ProvisioningSteps provisioning;
    private final Instances instances;
    private final Roles roles;
    private final MasterCredentials master;
    private final Network network;
    private final JobConfig config;

    Planning(
            ProvisioningSteps provisioning,
            Instances instances,
            Roles roles,
            MasterCredentials master,
            Network network,
            JobConfig config) {
        this.provisioning = provisioning;
        this.instances = instances;
        this.roles = roles;
        this.master = master;
        this.network = network;
        this.config = config;
    }

    JobPlan of(ProvisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        PlanBuilder plan = new PlanBuilder();
        ProvisionRequested.Network wanted = command.network();
        if (wanted != null) {
            plan.aws(network.plan(instance, ProvisioningSteps.ingress(instance, wanted, config)));
        }
        Optional<Login> login = master.accepted(instance, endpoint, command.master());
        plan.aws(master.plan(instance, login, command.master()));
        if (login.isPresent()) {
            plan.sql(roles.plan(instance.secrets(), endpoint, login.get()), config.rolePrefix(), endpoint.host());
        } else {
            plan.note("the SQL is not known before the master logs in; plan again behind that");
        }
        SecretStore store = provisioning.store(command);
        for (RoleKind role : RoleKind.ALL) {
            plan.secret(
                    store.reference(instance.secrets().id(role.name(config.rolePrefix()))),
                    "store the new password of " + role.name(config.rolePrefix()),
                    true);
        }
        return plan.build();
    }

    JobPlan of(DeprovisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = ProvisioningSteps.endpoint(instance);
        PlanBuilder plan = new PlanBuilder();
        plan.sql(
                roles.planDrop(instance.secrets(), endpoint, Deprovisioning.login(master, instance, endpoint, command)),
                config.rolePrefix(),
                endpoint.host());
        plan.aws(network.planRemoval(instance, ProvisioningSteps.groupName(instance, config)));
        command.secrets().forEach(secret -> plan.secret(secret.secretId(), "delete from " + secret.provider(), false));
        return plan.build();
    }
}
