package dev.sallyport.contracts.access;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody decided on a request: the event's type says how.
 *
 * @param grantId the grant that follows from an approval; null for a denial
 */
public record AccessDecided(
        RequestId requestId,
        @Nullable GrantId grantId,
        Grantee requester,
        Grantee decidedBy,
        RdsDatabaseId target,
        String role,
        String comment,
        Instant decidedAt) {}
