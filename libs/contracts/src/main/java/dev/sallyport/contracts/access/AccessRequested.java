package dev.sallyport.contracts.access;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Duration;
import java.time.Instant;

/**
 * Somebody asked for access.
 *
 * @param ticket may be empty
 * @param workflow by which it was asked
 * @param unattended nobody's approval is waited for: the workflow asks for none, or it is an emergency
 */
public record AccessRequested(
        RequestId requestId,
        Grantee requester,
        RdsDatabaseId target,
        String role,
        Duration duration,
        String reason,
        String ticket,
        String workflow,
        boolean unattended,
        Instant requestedAt) {}
