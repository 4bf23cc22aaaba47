package dev.sallyport.contracts.audit;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;

/**
 * A session ended.
 *
 * @param cause one of the db-proxy's close causes, for instance {@code client_closed}, {@code grant_closed}, {@code crashed}
 * @param statements how many were executed; the highest sequence
 * @param lastHash the hash of the last link of the session's chain
 */
public record SessionClosed(
        SessionId sessionId,
        GrantId grantId,
        String cause,
        long statements,
        long bytesFromClient,
        long bytesToClient,
        String lastHash,
        Instant closedAt) {}
