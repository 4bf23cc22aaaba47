package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of a database, as much of one as permissions can be shown with. Guarded by the instance's lock. */
final class Table {

    final int id;
    final String schema;
    final String name;
    final List<Reply.Column> columns;
    final List<List<@Nullable Object>> rows = new ArrayList<>();
    /** Null when it belongs to the schema's owner. */
    @Nullable Integer owner;

    Table(int id, String schema, String name, List<Reply.Column> columns) {
        this.id = id;
        this.schema = schema;
        this.name = name;
        this.columns = new ArrayList<>(columns);
    }
}
