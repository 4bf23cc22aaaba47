package dev.sallyport.api.targets;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsDatabaseId;
import java.util.Map;
import java.util.Optional;

/**
 * One database, as one of its roles: what a person asks for, and all that a grant on it needs.
 *
 * @param name of the database, for people, for instance {@code Prod Postgres Database}
 * @param role names it together with the database, for instance {@code hoop_ro}
 * @param roleName of the role, for people, for instance {@code Read Only}
 * @param databaseUser whom the db-proxy logs in as
 * @param secret where that user's password is
 * @param auditMode what is asked of the record of its statements; the proxy's own without it
 * @param proxyId the deployment of db-proxies that reaches it; any without it
 * @param tags of the database, for selectors
 * @param localPort where {@code sally rds proxy} listens by default
 */
public record AccessTarget(
        RdsDatabaseId database,
        String name,
        Engine engine,
        String host,
        int port,
        String role,
        String roleName,
        String databaseUser,
        SecretRef secret,
        Optional<AuditMode> auditMode,
        Optional<String> proxyId,
        Map<String, String> tags,
        Optional<Integer> localPort) {

    /** As the parts tell it each other. */
    public GrantTarget toGrantTarget() {
        return new GrantTarget(database, engine, host, port, role, databaseUser, secret, auditMode.orElse(null));
    }
}
