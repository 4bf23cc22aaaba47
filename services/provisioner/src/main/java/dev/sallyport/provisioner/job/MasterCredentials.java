package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.contracts.dbroles.ProvisionRequested.Master;
import dev.sallyport.contracts.dbroles.ProvisionRequested.MasterSource;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.aws.AwsReferencedSecrets;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.ReferencedSecrets;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code master}: credentials that log in, from where the job says. By default from what is stored, current or
 * pending; else from the secret that RDS keeps; else by a reset. What others keep is read at each use and never stored.
 */
final class MasterCredentials {

    private final Instances instances;
    private final SecretStore secrets;
    private final ReferencedSecrets referenced;
    private final Targets targets;
    private final MasterReset reset;

    MasterCredentials(
            Instances instances,
            SecretStore secrets,
            ReferencedSecrets referenced,
            Targets targets,
            Patience patience) {
        this.instances = instances;
        this.secrets = secrets;
        this.referenced = referenced;
        this.targets = targets;
        this.reset = new MasterReset(instances, secrets, targets, patience);
    }

    /**
     * Makes sure that the master can log in.
     *
     * @param wanted the job's choice; the default order when null
     * @return what was done, for people
     */
    String ensure(Instance instance, Endpoint endpoint, @Nullable Master wanted) {
        if (wanted != null && wanted.source() == MasterSource.RESET) {
            return reset.renew(instance, endpoint);
        }
        List<String> refusals = new ArrayList<>();
        if (accepted(instance, endpoint, wanted, refusals).isPresent()) {
            return publishPending(instance, endpoint, wanted)
                    ? "the new password of " + instance.masterUser() + " logs in"
                    : said(instance, wanted);
        }
        if (wanted != null) {
            throw refused(instance, wanted, refusals);
        }
        if (instance.managedSecret().isPresent()) {
            throw StepFailure.passing(
                    "what RDS keeps in " + instance.managedSecret().get() + " does not log in as "
                            + instance.masterUser() + "; it may be rotating");
        }
        return reset.renew(instance, endpoint);
    }

    /** A login that works now, with nothing changed; empty when there is none. */
    Optional<Login> accepted(Instance instance, Endpoint endpoint, @Nullable Master wanted) {
        return accepted(instance, endpoint, wanted, new ArrayList<>());
    }

    /** @param refusals gets what the server said to those that came before */
    private Optional<Login> accepted(
            Instance instance, Endpoint endpoint, @Nullable Master wanted, List<String> refusals) {
        for (Login login : candidates(instance, wanted)) {
            Optional<String> refusal = targets.refusal(endpoint, login);
            if (refusal.isEmpty()) {
                return Optional.of(login);
            }
            refusals.add(refusal.get());
        }
        return Optional.empty();
    }

    /** What {@link #ensure} would ask of AWS. Changes nothing. */
    List<JobPlan.Change> plan(Instance instance, Optional<Login> accepted, @Nullable Master wanted) {
        boolean asked = wanted != null && wanted.source() == MasterSource.RESET;
        boolean needed = wanted == null && accepted.isEmpty();
        return asked || needed
                ? List.of(new JobPlan.Change(
                        JobPlan.Kind.AWS,
                        instance.changedArn(),
                        instance.changeAction() + " MasterUserPassword=*** of " + instance.masterUser(),
                        false))
                : List.of();
    }

    /** @throws StepFailure when what the job chose cannot work, whatever the passwords are */
    void check(Instance instance, @Nullable Master wanted) {
        if (wanted != null
                && wanted.source() == MasterSource.RESET
                && instance.managedSecret().isPresent()) {
            throw StepFailure.forGood("RDS keeps the master password of " + instance.what()
                    + " in Secrets Manager and lets nobody set it; choose rds-managed");
        }
        candidates(instance, wanted);
    }

    private List<Login> candidates(Instance instance, @Nullable Master wanted) {
        if (wanted == null) {
            List<Login> all = new ArrayList<>(stored(instance));
            instance.managedSecret().ifPresent(arn -> all.add(managed(instance, arn)));
            return all;
        }
        return switch (wanted.source()) {
            case STORED, RESET -> stored(instance);
            case RDS_MANAGED ->
                List.of(managed(
                        instance,
                        instance.managedSecret()
                                .orElseThrow(() -> StepFailure.forGood("RDS keeps no master password of "
                                        + instance.what() + " in Secrets Manager; turn that on"
                                        + " (ManageMasterUserPassword), or choose another source"))));
            case REFERENCE -> List.of(reference(instance, wanted));
            case IAM -> List.of(token(instance));
        };
    }

    private List<Login> stored(Instance instance) {
        String id = instance.secrets().id("master");
        return List.of(secrets.current(id), secrets.pending(id)).stream()
                .flatMap(Optional::stream)
                .map(Credentials::login)
                .filter(login -> login.user().equals(instance.masterUser()))
                .toList();
    }

    private Login managed(Instance instance, String secretArn) {
        return new Login(
                instance.masterUser(),
                () -> referenced
                        .read(instance.arn(), AwsReferencedSecrets.PROVIDER, secretArn)
                        .password());
    }

    private Login reference(Instance instance, Master wanted) {
        String provider = wanted.provider();
        String secretId = wanted.secretId();
        if (provider == null || secretId == null) {
            throw StepFailure.forGood("a reference to the master's credentials names a provider and a secret");
        }
        String user = referenced.read(instance.arn(), provider, secretId).user();
        return new Login(
                user, () -> referenced.read(instance.arn(), provider, secretId).password());
    }

    private Login token(Instance instance) {
        if (!instance.iamAuthentication()) {
            throw StepFailure.forGood("IAM database authentication is off for " + instance.what()
                    + "; turn it on and grant rds_iam (PostgreSQL), or use AWSAuthenticationPlugin (MySQL), for "
                    + instance.masterUser());
        }
        if (!targets.encrypted()) {
            throw StepFailure.forGood(
                    "a token of IAM database authentication is sent over TLS only;" + " set sallyport.targets.ca-file");
        }
        Instance.Address address =
                instance.address().orElseThrow(() -> StepFailure.forGood(instance.what() + " has no endpoint yet"));
        return new Login(instance.masterUser(), () -> instances.loginToken(instance, address, instance.masterUser()));
    }

    /** When what is pending is what logs in, it becomes current. */
    private boolean publishPending(Instance instance, Endpoint endpoint, @Nullable Master wanted) {
        String id = instance.secrets().id("master");
        boolean ours = wanted == null || wanted.source() == MasterSource.STORED;
        Optional<Map<String, Secret>> pending = ours ? secrets.pending(id) : Optional.empty();
        Optional<Login> staged = pending.map(Credentials::login);
        if (staged.filter(login -> login.user().equals(instance.masterUser()) && targets.accepts(endpoint, login))
                .isEmpty()) {
            return false;
        }
        secrets.publish(id);
        return true;
    }

    private static String said(Instance instance, @Nullable Master wanted) {
        if (wanted == null) {
            return "the known credentials of " + instance.masterUser() + " log in";
        }
        return switch (wanted.source()) {
            case STORED, RESET -> "the stored credentials of " + instance.masterUser() + " log in";
            case RDS_MANAGED -> "what RDS keeps in " + instance.managedSecret().orElse("") + " logs in";
            case REFERENCE -> "the secret " + wanted.secretId() + " logs in";
            case IAM -> "a token of IAM database authentication logs in as " + instance.masterUser();
        };
    }

    /** @param refusals in the server's words; none when there was nothing to try */
    private static StepFailure refused(Instance instance, Master wanted, List<String> refusals) {
        StepFailure failure = refused(instance, wanted);
        return refusals.isEmpty()
                ? failure
                : new StepFailure(failure.text() + " (" + String.join("; ", refusals) + ")", failure.passing());
    }

    private static StepFailure refused(Instance instance, Master wanted) {
        String user = instance.masterUser();
        return switch (wanted.source()) {
            case STORED, RESET ->
                StepFailure.forGood("no stored credentials of " + user + " log in; choose reset, or another source");
            case RDS_MANAGED ->
                StepFailure.passing("what RDS keeps in "
                        + instance.managedSecret().orElse("") + " does not log in as " + user + "; it may be rotating");
            case REFERENCE ->
                StepFailure.forGood("the database does not accept what is in the secret " + wanted.secretId()
                        + "; put the master's user name and password there");
            case IAM ->
                StepFailure.forGood("the database accepts no token of IAM database authentication for " + user
                        + "; allow the agent rds-db:connect as that user, and grant rds_iam (PostgreSQL) or use"
                        + " AWSAuthenticationPlugin (MySQL)");
        };
    }
}
