package dev.sallyport.auditstore;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session as the store knows it.
 *
 * @param closedAt null while it is open
 * @param cause why it ended; null while it is open
 * @param statements how many were executed; of an open session, how many have been stored so far
 * @param lastHash of the last link of its chain; null while it is open
 * @param tunnelId the tunnel that it came through, the same for all its connections; null without one
 */
public record AuditedSession(
        SessionId id,
        GrantId grantId,
        Grantee grantee,
        RdsDatabaseId target,
        Engine engine,
        String role,
        String databaseUser,
        String clientAddress,
        String applicationName,
        Instant openedAt,
        @Nullable Instant closedAt,
        @Nullable String cause,
        long statements,
        @Nullable String lastHash,
        @Nullable String tunnelId) {}
