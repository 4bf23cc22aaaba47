package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that Identity Center does in the background.
 *
 * @param subject what it is about; when provisioning, its principal says nothing
 * @param endsAt when its outcome is known
 * @param failureReason null when it succeeds
 */
record Operation(
        String requestId,
        Kind kind,
        Assignment subject,
        String createdAt,
        String endsAt,
        boolean ended,
        @Nullable String failureReason) {

    /** What is done. */
    enum Kind {
        CREATION,
        DELETION,
        PROVISIONING
    }

    /** As the API says it. */
    @JsonIgnore
    String status() {
        if (!ended) {
            return "IN_PROGRESS";
        }
        return failureReason == null ? "SUCCEEDED" : "FAILED";
    }

    boolean due(Instant now) {
        return !ended && !now.isBefore(Instant.parse(endsAt));
    }

    /** @param reason null for a success */
    Operation end(@Nullable String reason) {
        return new Operation(requestId, kind, subject, createdAt, endsAt, true, reason);
    }
}
