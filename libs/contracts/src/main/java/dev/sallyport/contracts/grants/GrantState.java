package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a live grant may reach. A db-proxy lets in nobody without one; a tombstone on the topic ends it.
 *
 * @param login the user name of the direct way in: the grant's id
 * @param verifiers null until a secret was asked for: nobody can log in yet
 * @param expiresAt the proxy ends the grant then by itself, should no tombstone come
 */
public record GrantState(
        GrantId grantId,
        RequestId requestId,
        Grantee grantee,
        GrantTarget target,
        String login,
        @Nullable LoginVerifiers verifiers,
        Instant activatedAt,
        Instant expiresAt) {}
