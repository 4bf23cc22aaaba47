package dev.sallyport.api.rules;

import dev.sallyport.api.problem.ProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Which revision a change is meant for (RFC 9110, 13.1): {@code If-Match} with the {@code ETag} of the answer before, or
 * {@code If-None-Match: *} for what must not be there. Nothing is expected without them.
 *
 * @param revision 0 for none at all; null for any
 */
record Expected(@Nullable Integer revision) {

    /** @throws ProblemException 400 for a header that is not one of ours */
    static Expected of(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifNoneMatch != null) {
            if (!ifNoneMatch.strip().equals("*")) {
                throw ProblemException.badRequest("invalid_header", "If-None-Match may only be *");
            }
            return new Expected(0);
        }
        if (ifMatch == null) {
            return new Expected(null);
        }
        try {
            return new Expected(Integer.valueOf(ifMatch.strip().replaceAll("^\"|\"$", "")));
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest("invalid_header", "If-Match is the ETag of the answer before, as \"3\"");
        }
    }

    void check(int current) {
        if (revision != null && revision != current) {
            throw new ProblemException(
                    412,
                    "revision_mismatch",
                    "it is at revision " + current + ", not " + revision
                            + ": somebody changed it; read it again and decide anew");
        }
    }
}
