package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.contracts.dbroles.ProvisionRequested.MasterSource;
import dev.sallyport.kernel.Engine;
import dev.sallyport.provisioner.aws.Ingress;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.aws.Permissions;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStores;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes the roles. Each step asks AWS for the instance anew: between two steps may lie a crash, or a day. */
@ApplicationScoped
class ProvisioningSteps {

    private static final List<String> GROUP_ACTIONS = List.of(
            "ec2:DescribeSecurityGroups",
            "ec2:CreateSecurityGroup",
            "ec2:AuthorizeSecurityGroupIngress",
            "ec2:CreateTags");

    private final Instances instances;
    private final Permissions permissions;
    private final SecretStores stores;
    private final SecretStore secrets;
    private final Network network;
    private final MasterCredentials master;
    private final Roles roles;
    private final JobConfig config;

    ProvisioningSteps(
            Instances instances,
            Permissions permissions,
            SecretStores stores,
            Network network,
            MasterCredentials master,
            Roles roles,
            JobConfig config) {
        this.instances = instances;
        this.permissions = permissions;
        this.stores = stores;
        this.secrets = stores.sealed();
        this.network = network;
        this.master = master;
        this.roles = roles;
        this.config = config;
    }

    /** Changes nothing, here or there. */
    StepReport preflight(ProvisionRequested command) {
        ProvisionRequested.Network wanted = command.network();
        if (wanted != null) {
            String refusal = Ingress.check(wanted.ingressCidr(), config.openIngressAllowed());
            if (!refusal.isEmpty()) {
                throw StepFailure.forGood(refusal);
            }
        }
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = endpoint(instance);
        if (instance.replicaOf().isPresent()) {
            throw StepFailure.forGood(instance.what() + " is a read replica of "
                    + instance.replicaOf().get() + ", in which no roles can be made; provision that one instead");
        }
        if (wanted != null && instance.vpc().isEmpty()) {
            throw StepFailure.forGood(instance.what() + " is in no VPC, so it can have no security group of one");
        }
        if (!instance.available()) {
            throw StepFailure.forGood(
                    instance.what() + " is " + instance.status() + "; start the job again when it is available");
        }
        master.check(instance, command.master());
        String permitted = checkPermissions(instance, command);
        secrets.probe();
        store(command).probe();
        return StepReport.done(instance.engine() + " at " + endpoint.host() + ":" + endpoint.port() + permitted)
                .about(spec(instance));
    }

    /** Where the roles' secrets go; the master's are in the sealed store always. */
    SecretStore store(ProvisionRequested command) {
        ProvisionRequested.VaultProvider vault = command.vaultProvider();
        return vault == null ? secrets : stores.vaultFolder(vault.secretId());
    }

    /** @return what people should know, when nobody can say whether we may do what the job needs */
    private String checkPermissions(Instance instance, ProvisionRequested command) {
        if (!config.checkPermissions()) {
            return "";
        }
        boolean changes = command.network() != null
                || command.master() != null && command.master().source() == MasterSource.RESET;
        Optional<List<String>> rds = changes
                ? permissions.denied(instance.arn(), instance.changedArn(), List.of(instance.changeAction()))
                : Optional.of(List.of());
        Optional<List<String>> ec2 = command.network() != null
                ? permissions.denied(instance.arn(), "*", GROUP_ACTIONS)
                : Optional.of(List.of());
        List<String> denied = Stream.of(rds, ec2)
                .flatMap(Optional::stream)
                .flatMap(List::stream)
                .toList();
        if (!denied.isEmpty()) {
            throw StepFailure.forGood("the agent may not do what this job needs in account "
                    + instance.arn().accountId() + ": " + String.join(", ", denied)
                    + "; allow that (docs/guides/onboarding-aws.md has the policy)");
        }
        return rds.isEmpty() || ec2.isEmpty() ? "; whether AWS permits all that follows cannot be said beforehand" : "";
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
        ProvisionRequested.Network wanted = command.network();
        if (wanted == null) {
            return StepReport.skipped("no security group was asked for");
        }
        Instance instance = instances.describe(command.instanceArn());
        return StepReport.done(network.ensure(instance, ingress(instance, wanted, config)));
    }

    static Ingress ingress(Instance instance, ProvisionRequested.Network network, JobConfig config) {
        return new Ingress(
                groupName(instance, config),
                instance.vpc().orElseThrow(() -> StepFailure.forGood(instance.what() + " is in no VPC")),
                network.gateway(),
                network.ingressCidr(),
                endpoint(instance).port());
    }

    /** Of the security group in front of the instance. */
    static String groupName(Instance instance, JobConfig config) {
        return config.rolePrefix() + "-aws-connect-sg-" + instance.groupSuffix();
    }

    StepReport master(ProvisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        return StepReport.done(master.ensure(instance, endpoint(instance), command.master()));
    }

    StepReport roles(ProvisionRequested command) {
        Instance instance = instances.describe(command.instanceArn());
        Endpoint endpoint = endpoint(instance);
        Login login = master.accepted(instance, endpoint, command.master())
                .orElseThrow(() -> StepFailure.forGood("the credentials of the master " + instance.masterUser()
                        + " logged in a moment ago and do so no longer; start the job again"));
        Roles.Outcome outcome = roles.keepingIn(store(command)).make(instance.secrets(), endpoint, login);
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
                        instance.cluster().flatMap(Instance.Cluster::readerHost).orElse(null),
                        endpoint.defaultDatabase(),
                        outcome.databases()));
    }

    static Endpoint endpoint(Instance instance) {
        Engine engine = Engine.ofRds(instance.engine())
                .orElseThrow(() -> StepFailure.forGood("the engine " + instance.engine()
                        + " is not supported: PostgreSQL, MySQL, MariaDB, their Aurora forms and SQL Server are"));
        Instance.Address address = instance.address()
                .orElseThrow(() -> StepFailure.forGood(
                        instance.what() + " has no endpoint yet (it is " + instance.status() + ")"));
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
