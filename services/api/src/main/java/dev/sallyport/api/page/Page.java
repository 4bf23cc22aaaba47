package dev.sallyport.api.page;

import java.util.List;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a list.
 *
 * @param nextCursor where the next piece begins; null behind the last
 */
public record Page<T>(
        List<T> items,

        @Schema(nullable = true, description = "Give it as `cursor` for the next page; null behind the last.") @Nullable String nextCursor) {

    /** A list that is whole. */
    public static <T> Page<T> whole(List<T> items) {
        return new Page<>(List.copyOf(items), null);
    }

    /**
     * A page out of one row more than it may have.
     *
     * @param rows at most {@link PageQuery#limit()} + 1 of them
     * @param position by what the list is ordered
     */
    public static <R, T> Page<T> of(List<R> rows, PageQuery query, Function<R, String> position, Function<R, T> item) {
        List<R> shown = rows.size() > query.limit() ? rows.subList(0, query.limit()) : rows;
        String next = rows.size() > query.limit() ? PageQuery.cursor(position.apply(shown.getLast())) : null;
        return new Page<>(shown.stream().map(item).toList(), next);
    }

    /** The same page of other items. */
    public <U> Page<U> map(Function<T, U> item) {
        return new Page<>(items.stream().map(item).toList(), nextCursor);
    }
}
