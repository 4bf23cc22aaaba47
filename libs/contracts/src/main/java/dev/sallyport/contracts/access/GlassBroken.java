package dev.sallyport.contracts.access;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Duration;
import java.time.Instant;

/** Somebody let themselves in, in an emergency and without anybody's approval: somebody should look at it. */
public record GlassBroken(
        RequestId requestId,
        GrantId grantId,
        Grantee requester,
        RdsDatabaseId target,
        String role,
        Duration duration,
        String reason,
        String ticket,
        Instant brokenAt) {}
