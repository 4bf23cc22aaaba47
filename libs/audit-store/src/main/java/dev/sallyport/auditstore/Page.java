package dev.sallyport.auditstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a list.
 *
 * @param nextCursor asks for the next piece; null when this was the last
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {}
