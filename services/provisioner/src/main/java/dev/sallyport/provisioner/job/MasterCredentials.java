package dev.sallyport.provisioner.job;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The step {@code master}: credentials that log in. Those that are stored, current or pending, if they do; else the password
 * is reset. A new password is stored as pending before AWS hears of it and published when a login with it worked, so
 * whenever we die, one of the two that are stored is right, or becomes so.
 */
final class MasterCredentials {

    private final Instances instances;
    private final SecretStore secrets;
    private final Targets targets;
    private final InstantSource clock;
    private final Duration deadline;
    private final Duration poll;

    /**
     * @param deadline how long a new password may take to be accepted
     * @param poll between two looks
     */
    MasterCredentials(
            Instances instances,
            SecretStore secrets,
            Targets targets,
            InstantSource clock,
            Duration deadline,
            Duration poll) {
        this.instances = instances;
        this.secrets = secrets;
        this.targets = targets;
        this.clock = clock;
        this.deadline = deadline;
        this.poll = poll;
    }

    /** @return what was done, for people */
    String ensure(Instance instance, Endpoint endpoint) {
        String id = Credentials.secretId(instance.arn(), "master");
        if (acceptedIn(secrets.current(id), instance, endpoint)) {
            return "the stored credentials of " + instance.masterUser() + " log in";
        }
        Optional<Map<String, Secret>> pending = secrets.pending(id);
        if (acceptedIn(pending, instance, endpoint)) {
            secrets.publish(id);
            return "the new password of " + instance.masterUser() + " logs in";
        }
        Login next = pending.map(Credentials::login)
                .filter(login -> login.user().equals(instance.masterUser()))
                .orElse(null);
        return reset(id, instance, endpoint, next);
    }

    /** The login that works now, with nothing changed; empty when the password would have to be reset. */
    Optional<Login> accepted(Instance instance, Endpoint endpoint) {
        String id = Credentials.secretId(instance.arn(), "master");
        return Stream.of(secrets.current(id), secrets.pending(id))
                .filter(entries -> acceptedIn(entries, instance, endpoint))
                .findFirst()
                .flatMap(entries -> entries.map(Credentials::login));
    }

    private boolean acceptedIn(Optional<Map<String, Secret>> entries, Instance instance, Endpoint endpoint) {
        return entries.map(Credentials::login)
                .filter(login -> login.user().equals(instance.masterUser()))
                .filter(login -> targets.accepts(endpoint, login))
                .isPresent();
    }

    /** @param staged from an attempt before: AWS may have it already, or be about to set it, so it is used again */
    private String reset(String id, Instance instance, Endpoint endpoint, @Nullable Login staged) {
        if (instance.managedSecret()) {
            throw StepFailure.forGood("RDS keeps the master password of " + instance.arn()
                    + " in Secrets Manager, which is not supported yet; store the master's credentials instead");
        }
        Login next = staged == null ? new Login(instance.masterUser(), Credentials.newPassword()) : staged;
        secrets.stage(id, Credentials.entries(endpoint, next));
        if (staged == null || !instance.passwordPending()) {
            instances.resetMasterPassword(instance.arn(), next.password());
        }
        awaitAccepted(instance.arn(), endpoint, next);
        secrets.publish(id);
        return "the password of " + instance.masterUser() + " was reset";
    }

    private void awaitAccepted(RdsArn arn, Endpoint endpoint, Login login) {
        Instant end = clock.instant().plus(deadline);
        while (true) {
            Instance now = instances.describe(arn);
            if (now.available() && !now.passwordPending() && targets.accepts(endpoint, login)) {
                return;
            }
            if (!clock.instant().isBefore(end)) {
                throw StepFailure.passing("the new password of " + login.user() + " does not log in after "
                        + deadline.toSeconds() + " s (the instance is " + now.status()
                        + "); it is stored as pending and will be tried again");
            }
            pause();
        }
    }

    private void pause() {
        try {
            Thread.sleep(poll);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StepFailure.passing("interrupted while waiting for the instance");
        }
    }
}
