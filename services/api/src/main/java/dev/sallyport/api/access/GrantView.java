package dev.sallyport.api.access;

import dev.sallyport.api.rules.Terms;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A grant, as clients see it.
 *
 * @param transport {@code ssm}, through AWS Systems Manager, or {@code direct}
 * @param provisioningFailed whether the last try to activate it came to nothing, for the reason in {@code message}; it may be tried again
 * @param activateBy until when it has to be activated; null when it was, or for ever
 * @param extensionsLeft how often it may still be extended
 */
public record GrantView(
        String id,
        String requestId,
        PersonView grantee,
        String target,
        String role,
        String engine,
        GrantStatus status,
        String workflow,
        boolean breakglass,
        String transport,
        long durationSeconds,
        boolean provisioningFailed,
        Instant createdAt,
        @Nullable Instant activateBy,
        @Nullable Instant activatedAt,
        @Nullable Instant expiresAt,
        int extensions,
        int extensionsLeft,
        @Nullable Instant closedAt,
        @Nullable String closeReason,
        @Nullable String closedBy,
        String message) {

    static GrantView of(GrantRow row, Terms terms) {
        return new GrantView(
                row.id,
                row.requestId,
                PersonView.of(row.grantee()),
                row.target,
                row.role,
                row.engine,
                row.status,
                terms.workflow(),
                row.breakglass,
                row.transport,
                row.durationSeconds,
                row.failed,
                row.createdAt,
                row.status == GrantStatus.APPROVED ? row.activateBy : null,
                row.activatedAt,
                row.ends().orElse(null),
                row.extensions,
                Math.max(0, terms.rules().maximumExtensions() - row.extensions),
                row.closedAt,
                row.closeReason,
                row.closedBy,
                row.message);
    }
}
