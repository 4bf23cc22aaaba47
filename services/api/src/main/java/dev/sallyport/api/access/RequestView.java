package dev.sallyport.api.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A request, as clients see it. */
public record RequestView(
        String id,
        PersonView requester,
        String target,
        String role,
        String reason,
        long durationSeconds,
        RequestStatus status,
        Instant createdAt,
        @Nullable Instant decidedAt,
        @Nullable String decidedBy,
        @Nullable String comment,
        @Nullable String grantId) {

    static RequestView of(RequestRow row) {
        return new RequestView(
                row.id,
                PersonView.of(row.requester()),
                row.target,
                row.role,
                row.reason,
                row.durationSeconds,
                row.status,
                row.createdAt,
                row.decidedAt,
                row.decidedBy,
                row.comment,
                row.grantId);
    }
}
