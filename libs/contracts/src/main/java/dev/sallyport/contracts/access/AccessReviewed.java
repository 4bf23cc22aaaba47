package dev.sallyport.contracts.access;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import java.util.List;

/**
 * Somebody approved a request that others have to approve too.
 *
 * @param missingSteps the steps of its workflow that are still open
 */
public record AccessReviewed(
        RequestId requestId,
        Grantee requester,
        Grantee reviewer,
        RdsDatabaseId target,
        String role,
        String comment,
        List<String> missingSteps,
        Instant reviewedAt) {}
