package dev.sallyport.provisioner.job;

import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import java.util.Optional;

/**
 * A new master password. It is stored as pending before AWS hears of it and published when a login with it worked, so
 * whenever we die, one of the two that are stored is right, or becomes so. What is pending from before is used again: AWS
 * may have it already, or be about to set it.
 */
final class MasterReset {

    private final Instances instances;
    private final SecretStore secrets;
    private final Targets targets;
    private final Patience patience;

    MasterReset(Instances instances, SecretStore secrets, Targets targets, Patience patience) {
        this.instances = instances;
        this.secrets = secrets;
        this.targets = targets;
        this.patience = patience;
    }

    /** @return what was done, for people */
    String renew(Instance instance, Endpoint endpoint) {
        if (instance.managedSecret().isPresent()) {
            throw StepFailure.forGood("RDS keeps the master password of " + instance.what()
                    + " in Secrets Manager and lets nobody set it; choose rds-managed");
        }
        String id = instance.secrets().id("master");
        Optional<Login> staged = secrets.pending(id)
                .map(Credentials::login)
                .filter(login -> login.user().equals(instance.masterUser()));
        if (staged.filter(login -> targets.accepts(endpoint, login)).isPresent()) {
            secrets.publish(id);
            return "the new password of " + instance.masterUser() + " logs in";
        }
        Login next = staged.orElseGet(() -> new Login(instance.masterUser(), Credentials.newPassword()));
        secrets.stage(id, Credentials.entries(endpoint, next));
        if (staged.isEmpty() || !instance.passwordPending()) {
            awaitAvailable(instance);
            instances.resetMasterPassword(instance, next.password());
        }
        awaitAccepted(instance, endpoint, next);
        secrets.publish(id);
        return "the password of " + instance.masterUser() + " was reset";
    }

    private void awaitAvailable(Instance instance) {
        if (!patience.until(() -> instances.describe(instance.arn()).available())) {
            throw StepFailure.passing(instance.what() + " is "
                    + instances.describe(instance.arn()).status() + "; its password can be set when it is available");
        }
    }

    private void awaitAccepted(Instance instance, Endpoint endpoint, Login login) {
        boolean accepted = patience.until(() -> {
            Instance now = instances.describe(instance.arn());
            return now.available() && !now.passwordPending() && targets.accepts(endpoint, login);
        });
        if (!accepted) {
            throw StepFailure.passing("the new password of " + login.user() + " does not log in after "
                    + patience.deadline().toSeconds() + " s (" + instance.what() + " is "
                    + instances.describe(instance.arn()).status()
                    + "); it is stored as pending and will be tried again, by the next job too");
        }
    }
}
