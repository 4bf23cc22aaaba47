package dev.sallyport.contracts.access;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Nothing came of a request: the event's type says whether somebody took it back or its time was over.
 *
 * @param grantId the grant that was approved and never activated; null when it was not approved
 * @param endedBy the subject of who ended it; null when the clock did
 */
public record AccessEnded(
        RequestId requestId,
        @Nullable GrantId grantId,
        Grantee requester,
        RdsDatabaseId target,
        String role,
        @Nullable String endedBy,
        Instant endedAt) {}
