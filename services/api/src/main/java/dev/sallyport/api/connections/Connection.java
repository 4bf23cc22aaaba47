package dev.sallyport.api.connections;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.ConnectionId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.RdsDatabaseId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One role in one instance, and how it is reached.
 *
 * @param name unique: prefix and what the role may do, for instance {@code prod-orders-ro}
 * @param role for instance {@code hoop_ro}
 * @param readerHost Aurora's reader endpoint, for the role that only reads
 * @param databases every database that the role may open
 * @param defaultDatabase the one to open when none is named; empty where the engine has none
 * @param secret where the password of {@code databaseUser} is
 * @param secretKeys all entries of that secret
 * @param tags of the instance in AWS
 */
public record Connection(
        ConnectionId id,
        String name,
        String prefix,
        AgentId agentId,
        JobId jobId,
        RdsArn dbArn,
        Engine engine,
        String role,
        String databaseUser,
        String host,
        int port,
        Optional<String> readerHost,
        List<String> databases,
        String defaultDatabase,
        SecretRef secret,
        List<String> secretKeys,
        Map<String, String> tags,
        Settings settings,
        Instant createdAt) {

    /**
     * What people say of it; the next job leaves it as it is.
     *
     * @param auditMode what is asked of the record of its statements; the proxy's own without it
     * @param proxyId the deployment of db-proxies that reaches it; any without it
     * @param localPort where {@code sally rds proxy} listens unless told
     */
    public record Settings(Optional<AuditMode> auditMode, Optional<String> proxyId, Optional<Integer> localPort) {

        /** Nobody said anything. */
        public static final Settings NONE = new Settings(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** The databases that people can ask for through this connection. */
    public List<RdsDatabaseId> targets() {
        return databases.stream().map(dbArn::database).toList();
    }
}
