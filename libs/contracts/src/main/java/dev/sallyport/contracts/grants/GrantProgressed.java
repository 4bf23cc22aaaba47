package dev.sallyport.contracts.grants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The broker's whole view of one grant: each replaces the one before.
 *
 * @param requestId what it follows from; this and the next three are null for a grant that ended before the broker heard its
 *     terms
 * @param grantee whose it is
 * @param revision counts up from 1
 * @param closeReason {@code expired}, {@code closed} or {@code revoked}; null while it lives
 * @param closedBy the subject of who ended it; null when nobody did
 * @param credentialsVersion the newest secret that db-proxies were told of; 0 for none
 */
public record GrantProgressed(
        GrantId grantId,
        @Nullable RequestId requestId,
        @Nullable Grantee grantee,
        @Nullable RdsDatabaseId target,
        @Nullable String role,
        long revision,
        Phase phase,
        String message,
        @Nullable Instant activatedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant closedAt,
        @Nullable String closeReason,
        @Nullable String closedBy,
        int credentialsVersion) {

    /** Where the broker is with the grant. */
    public enum Phase {
        ACTIVATING,
        ACTIVE,
        FAILED,
        CLOSING,
        CLOSED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Phase ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
