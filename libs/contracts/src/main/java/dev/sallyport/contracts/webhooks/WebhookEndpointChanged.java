package dev.sallyport.contracts.webhooks;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.contracts.grants.Grantee;
import java.time.Instant;
import java.util.Locale;

/**
 * Somebody changed where webhooks go. The address is not told: with many receivers it is a secret of theirs.
 *
 * @param endpoint its name
 */
public record WebhookEndpointChanged(String endpoint, Change change, Grantee changedBy, Instant changedAt) {

    /** What was done. */
    public enum Change {
        CREATED,
        UPDATED,
        SECRET_ROTATED,
        REMOVED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Change ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
