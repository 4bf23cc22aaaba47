package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.Engine;
import dev.sallyport.provisioner.aws.Ingress;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;

/** Makes the roles. Each step asks AWS for the instance anew: between two steps may lie a crash, or a day. */
@ApplicationScoped
class ProvisioningSteps {

    private final Instances instances;
    private final SecretStores stores;
    private final SecretStore secrets;
    private final Roles roles;
    private final MasterCredentials master;
    private final JobConfig config;

    ProvisioningSteps(
            Instances instances, SecretStores stores, Roles roles, MasterCredentials master, JobConfig config) {
        this.instances = instances;
        this.stores = stores;
        this.secrets = stores.sealed();
        this.roles = roles;
        this.master = master;
        this.config = config;
    }

    /** Changes nothing, here or there. */
    StepReport preflight(ProvisionRequested command) {
        ProvisionRequested.Network network = command.network();
        if (network != null) {
            String refusal = Ingress.check(network.ingressCidr(), config.openIngressAllowed());
            if (!refusal.isEmpty()) {
                throw StepFailure.forGood(refusal);
            }
        }
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = endpoint(instance);
        if (instance.replicaOf().isPresent()) {
            throw StepFailure.forGood("the instance is a read replica of "
                    + instance.replicaOf().get() + ", in which no roles can be made; provision that one instead");
        }
        if (instance.cluster().isPresent()) {
            throw StepFailure.forGood("the instance belongs to the cluster "
                    + instance.cluster().get() + "; clusters are not supported yet");
        }
        if (network != null && instance.vpc().isEmpty()) {
            throw StepFailure.forGood("the instance is in no VPC, so it can have no security group of one");
        }
        if (!instance.available()) {
            throw StepFailure.forGood(
                    "the instance is " + instance.status() + "; start the job again when it is available");
        }
        secrets.probe();
        store(command).probe();
        return StepReport.done(instance.engine() + " at " + endpoint.host() + ":" + endpoint.port())
                .about(spec(instance));
    }

    /** Where the roles' secrets go; the master's are in the sealed store always. */
    SecretStore store(ProvisionRequested command) {
        ProvisionRequested.VaultProvider vault = command.vaultProvider();
        return vault == null ? secrets : stores.vaultFolder(vault.secretId());
    }

    static Job.Spec spec(Instance instance) {
        return new Job.Spec(
                instance.arn().accountArn(),
                instance.arn().toString(),
                instance.databaseName(),
                instance.engine(),
                instance.tags());
    }

    StepReport network(ProvisionRequested command) {
        ProvisionRequested.Network network = command.network();
        if (network == null) {
            return StepReport.skipped("no security group was asked for");
        }
        Instance instance = instances.describe(command.instanceArn());
        Ingress ingress = ingress(instance, network, config);
        String group = instances.ensureGroup(instance.arn(), ingress);
        String what = ingress.groupName() + " lets " + ingress.cidr() + " in at port " + ingress.port();
        if (!instance.securityGroups().contains(group)) {
            List<String> groups = new ArrayList<>(instance.securityGroups());
            groups.add(group);
            instances.setSecurityGroups(instance.arn(), groups);
        }
        return StepReport.done(what);
    }

    static Ingress ingress(Instance instance, ProvisionRequested.Network network, JobConfig config) {
        return new Ingress(
                groupName(instance, config),
                instance.vpc().orElseThrow(() -> StepFailure.forGood("the instance is in no VPC")),
                network.gateway(),
                network.ingressCidr(),
                endpoint(instance).port());
    }

    /** Of the security group in front of the instance. */
    static String groupName(Instance instance, JobConfig config) {
        return config.rolePrefix() + "-aws-connect-sg-" + instance.arn().identifier();
    }

    StepReport master(ProvisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        return StepReport.done(master.ensure(instance, endpoint(instance)));
    }

    StepReport roles(ProvisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = endpoint(instance);
        Login login = secrets.current(Credentials.secretId(instance.arn(), "master"))
                .map(Credentials::login)
                .orElseThrow(() -> StepFailure.forGood("the master's credentials are no longer stored"));
        Roles.Outcome outcome = roles.keepingIn(store(command)).make(instance.arn(), endpoint, login);
        if (!outcome.complete()) {
            String failed = outcome.results().stream()
                    .filter(result -> result.status() != Job.Phase.COMPLETED)
                    .map(result -> result.userRole() + ": " + result.message())
                    .reduce((a, b) -> a + "; " + b)
                    .orElse("");
            throw new StepFailure(failed, false, outcome.results());
        }
        return StepReport.made(
                outcome.results().size() + " roles in " + outcome.databases().size() + " databases",
                outcome.results(),
                new JobProgressed.Provisioned(
                        endpoint.engine(),
                        endpoint.host(),
                        endpoint.port(),
                        null,
                        endpoint.defaultDatabase(),
                        outcome.databases()));
    }

    static Endpoint endpoint(Instance instance) {
        Engine engine = Engine.ofRds(instance.engine())
                .orElseThrow(() -> StepFailure.forGood("the engine " + instance.engine()
                        + " is not supported: PostgreSQL, MySQL, MariaDB and SQL Server are"));
        Instance.Address address = instance.address()
                .orElseThrow(() ->
                        StepFailure.forGood("the instance has no endpoint yet (it is " + instance.status() + ")"));
        return new Endpoint(engine, address.host(), address.port(), defaultDatabase(engine, instance.databaseName()));
    }

    /** PostgreSQL and SQL Server have one that is always there; MySQL and MariaDB need none to log in. */
    private static String defaultDatabase(Engine engine, String made) {
        return switch (engine) {
            case POSTGRES -> made.isEmpty() ? "postgres" : made;
            case MYSQL, MARIADB -> made;
            case SQLSERVER -> "master";
        };
    }
}
