package dev.sallyport.contracts.audit;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;

/**
 * A client was let in.
 *
 * @param proxy the node that holds the session
 * @param applicationName as the client says it; may be empty
 */
public record SessionOpened(
        SessionId sessionId,
        GrantId grantId,
        Grantee grantee,
        RdsDatabaseId target,
        Engine engine,
        String role,
        String databaseUser,
        AgentId proxy,
        String clientAddress,
        String applicationName,
        Instant openedAt) {}
