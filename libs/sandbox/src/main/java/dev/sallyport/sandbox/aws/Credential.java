package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access key.
 *
 * @param sessionToken of temporary credentials; null for a user's own
 * @param expiresAt null when it does not
 */
record Credential(
        String accessKeyId,
        Secret secretAccessKey,
        @Nullable Secret sessionToken,
        @Nullable Instant expiresAt,
        String accountId,
        String arn,
        String userId) {

    /** The same, with another end. */
    Credential until(Instant end) {
        return new Credential(accessKeyId, secretAccessKey, sessionToken, end, accountId, arn, userId);
    }
}
