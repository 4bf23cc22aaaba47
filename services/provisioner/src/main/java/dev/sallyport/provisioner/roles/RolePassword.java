package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Changes one password so that at every moment the store holds one that logs in: staged, set in the database, tried,
 * published. Whoever comes after a crash finds what is staged and tries it first.
 */
final class RolePassword {

    private final SecretStore secrets;
    private final Targets targets;
    private final Endpoint endpoint;

    RolePassword(SecretStore secrets, Targets targets, Endpoint endpoint) {
        this.secrets = secrets;
        this.targets = targets;
        this.endpoint = endpoint;
    }

    /**
     * @param set sets the password in the database
     * @throws TargetException when it did not work; what logged in before does so still
     * @throws SecretStoreException when the store did not take it over; the same holds
     */
    void renew(String secretId, String user, Consumer<Secret> set) {
        if (adoptStaged(secretId, user)) {
            return;
        }
        Login next = new Login(user, Credentials.newPassword());
        secrets.stage(secretId, Credentials.entries(endpoint, next));
        try {
            set.accept(next.password());
            if (!targets.accepts(endpoint, next)) {
                throw new TargetException(
                        TargetException.Kind.PERMANENT, "the new password of " + user + " was set but does not log in");
            }
        } catch (TargetException e) {
            if (e.kind() != TargetException.Kind.TRANSIENT) {
                putBack(secretId, set);
            }
            // After a transient failure nobody knows which one holds: it stays staged, and the next attempt tries it.
            throw e;
        }
        publish(secretId, next, set);
    }

    /** Where the store refuses, and still shows the old one, that one has to log in. */
    private void publish(String secretId, Login next, Consumer<Secret> set) {
        try {
            secrets.publish(secretId);
        } catch (SecretStoreException e) {
            Optional<Login> current = secrets.current(secretId).map(Credentials::login);
            if (current.isPresent() && !current.get().equals(next)) {
                set.accept(current.get().password());
            }
            throw e;
        }
    }

    /** A job that was interrupted may have set what it staged. */
    private boolean adoptStaged(String secretId, String user) {
        Optional<Map<String, Secret>> staged = secrets.pending(secretId);
        if (staged.isEmpty()) {
            return false;
        }
        Login login = Credentials.login(staged.get());
        if (!login.user().equals(user) || !targets.accepts(endpoint, login)) {
            return false;
        }
        // Sealed anew: host or port may have changed since.
        secrets.stage(secretId, Credentials.entries(endpoint, login));
        secrets.publish(secretId);
        return true;
    }

    private void putBack(String secretId, Consumer<Secret> set) {
        Optional<Map<String, Secret>> before = secrets.current(secretId);
        if (before.isPresent()) {
            // If this fails too, what is staged stays for the next attempt: nothing is lost.
            set.accept(Credentials.login(before.get()).password());
        }
        secrets.unstage(secretId);
    }
}
