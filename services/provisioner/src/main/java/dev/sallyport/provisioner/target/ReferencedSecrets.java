package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.RdsArn;

/** Logins that somebody else keeps, and may change at any time. They are read at each use and never stored by us. */
public interface ReferencedSecrets {

    /**
     * Reads one, now.
     *
     * @param instance in whose account and region a secret without an ARN is looked for
     * @param provider {@code aws-secrets-manager} or {@code vault}
     * @throws TargetException when it cannot be read, or holds no user or no password; the message holds nothing of it
     */
    Login read(RdsArn instance, String provider, String secretId);
}
