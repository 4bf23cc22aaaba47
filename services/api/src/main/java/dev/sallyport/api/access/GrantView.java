package dev.sallyport.api.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A grant, as clients see it. */
public record GrantView(
        String id,
        String requestId,
        PersonView grantee,
        String target,
        String role,
        String engine,
        GrantStatus status,
        @Nullable Instant activatedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant closedAt,
        @Nullable String closeReason,
        @Nullable String closedBy,
        String message) {

    static GrantView of(GrantRow row) {
        return new GrantView(
                row.id,
                row.requestId,
                PersonView.of(row.grantee()),
                row.target,
                row.role,
                row.engine,
                row.status,
                row.activatedAt,
                row.expiresAt,
                row.closedAt,
                row.closeReason,
                row.closedBy,
                row.message);
    }
}
