package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Columns and rows: a table, a catalog view, a result. */
record Relation(List<Reply.Column> columns, List<List<@Nullable Object>> rows) {

    /** One row without columns: what a SELECT without FROM goes over. */
    static final Relation ONE_ROW = new Relation(List.of(), List.of(List.of()));

    /** @param columns each as {@code name:type}, the type being text when it is left out */
    static Relation of(String... columns) {
        return new Relation(Arrays.stream(columns).map(Relation::column).toList(), new ArrayList<>());
    }

    private static Reply.Column column(String text) {
        int colon = text.indexOf(':');
        return colon < 0
                ? new Reply.Column(text, Reply.Type.TEXT)
                : new Reply.Column(
                        text.substring(0, colon),
                        Reply.Type.valueOf(text.substring(colon + 1).toUpperCase(Locale.ROOT)));
    }

    Relation add(@Nullable Object... values) {
        rows.add(Arrays.asList(values));
        return this;
    }

    int index(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw SqlError.of(207, "Invalid column name '" + column + "'.");
    }
}
