package dev.sallyport.provisioner.aws;

import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.AwsSecrets;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.ReferencedSecrets;
import dev.sallyport.provisioner.target.TargetException;
import java.util.Map;

/**
 * Secrets of Secrets Manager: a JSON object with {@code username} and {@code password}, as RDS writes it, or {@code USER} and
 * {@code PASSWORD}, as we do.
 */
public final class AwsReferencedSecrets implements ReferencedSecrets {

    /** What {@code provider} says for it. */
    public static final String PROVIDER = AwsSecrets.PROVIDER;

    private final AwsSecrets secrets;

    public AwsReferencedSecrets(StoredAwsAccess access) {
        secrets = new AwsSecrets(access::current);
    }

    @Override
    public Login read(RdsArn instance, String provider, String secretId) {
        if (!provider.equals(PROVIDER)) {
            throw permanent("master credentials cannot be read from '" + provider + "': " + PROVIDER + " can");
        }
        Map<String, Secret> entries = entries(instance, secretId);
        String user = entry(entries, "username", "USER");
        String password = entry(entries, "password", "PASSWORD");
        if (user.isEmpty() || password.isEmpty()) {
            throw permanent("the secret " + secretId + " has no username or no password");
        }
        return new Login(user, Secret.of(password));
    }

    private Map<String, Secret> entries(RdsArn instance, String secretId) {
        try {
            return secrets.entries(instance.accountId(), instance.region(), secretId);
        } catch (AwsException e) {
            String hint = e.kind() == AwsException.Kind.DENIED
                    ? "; allow it and kms:Decrypt with the secret's key, or name another source of the master's credentials"
                    : "";
            throw new TargetException(
                    e.transientFailure() ? TargetException.Kind.TRANSIENT : TargetException.Kind.PERMANENT,
                    "the secret " + secretId + " cannot be read: " + e.getMessage() + hint);
        }
    }

    private static String entry(Map<String, Secret> entries, String name, String ours) {
        Secret found = entries.getOrDefault(name, entries.get(ours));
        return found == null ? "" : found.reveal();
    }

    private static TargetException permanent(String message) {
        return new TargetException(TargetException.Kind.PERMANENT, message);
    }
}
