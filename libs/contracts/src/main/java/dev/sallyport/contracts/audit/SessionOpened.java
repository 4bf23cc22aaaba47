package dev.sallyport.contracts.audit;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.kernel.TunnelId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A client was let in.
 *
 * @param proxy the node that holds the session
 * @param applicationName as the client says it; may be empty
 * @param tunnelId the tunnel that it came through, the same after the tunnel was lost and made anew; null without one
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
        Instant openedAt,
        @Nullable TunnelId tunnelId) {}
