package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsDatabaseId;
import org.jspecify.annotations.Nullable;

/**
 * What a grant opens: one database, as one of its roles.
 *
 * @param role what people chose, for instance {@code hoop_ro}
 * @param databaseUser the user that the proxy logs in as
 * @param secret where that user's password is
 * @param auditMode what is asked of the record of its statements; null leaves that to the proxy
 */
public record GrantTarget(
        RdsDatabaseId databaseId,
        Engine engine,
        String host,
        int port,
        String role,
        String databaseUser,
        SecretRef secret,
        @Nullable AuditMode auditMode) {

    /** A target whose audit mode is the proxy's. */
    public GrantTarget(
            RdsDatabaseId databaseId,
            Engine engine,
            String host,
            int port,
            String role,
            String databaseUser,
            SecretRef secret) {
        this(databaseId, engine, host, port, role, databaseUser, secret, null);
    }

    /** The database's own name. */
    public String database() {
        return databaseId.database();
    }

    /**
     * Where a secret is, never what it is.
     *
     * @param provider {@code database} for the sealed store, {@code vault}, or {@code aws-secrets-manager}
     * @param key the entry of the secret that holds the password
     */
    public record SecretRef(String provider, String secretId, String key) {}
}
