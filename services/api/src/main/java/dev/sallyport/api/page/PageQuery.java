package dev.sallyport.api.page;

import dev.sallyport.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which piece of a list is wanted.
 *
 * @param limit items at most, 1 to {@value #MAX_LIMIT}
 * @param after the position of the last item that the caller has; empty for the beginning
 */
public record PageQuery(int limit, Optional<String> after) {

    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 200;
    private static final int LONGEST_CURSOR = 400;

    /** @throws ProblemException 400 for a limit out of bounds, or a cursor that we did not give */
    public static PageQuery of(@Nullable String limit, @Nullable String cursor) {
        return new PageQuery(limit(limit), Optional.ofNullable(cursor).map(PageQuery::position));
    }

    /** How many rows to ask for: one more tells whether there is a next page. */
    public int rows() {
        return limit + 1;
    }

    static String cursor(String position) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(position.getBytes(StandardCharsets.UTF_8));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_LIMIT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MAX_LIMIT) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ProblemException.badRequest("invalid_limit", "limit is a number from 1 to " + MAX_LIMIT);
    }

    private static String position(String cursor) {
        try {
            if (!cursor.isEmpty() && cursor.length() <= LONGEST_CURSOR) {
                return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            }
        } catch (IllegalArgumentException e) {
            // Said below.
        }
        throw ProblemException.badRequest("invalid_cursor", "cursor is the next_cursor of the page before");
    }
}
