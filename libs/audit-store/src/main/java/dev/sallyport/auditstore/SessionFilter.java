package dev.sallyport.auditstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions; null means any.
 *
 * @param person the grantee's subject, name or email, whole, in any case
 * @param target a piece of the database's id, in any case
 * @param role the role, whole
 * @param from opened at or after
 * @param until opened before
 * @param text a piece of the SQL of one of its statements, in any case
 */
public record SessionFilter(
        @Nullable String person,
        @Nullable String target,
        @Nullable String role,
        @Nullable Instant from,
        @Nullable Instant until,
        @Nullable String text) {

    /** Every session. */
    public static final SessionFilter ANY = new SessionFilter(null, null, null, null, null, null);
}
