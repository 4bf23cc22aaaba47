package dev.sallyport.api.databases;

import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The registered databases. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Databases {

    private final InstantSource clock;

    Databases(InstantSource clock) {
        this.clock = clock;
    }

    public Uni<Optional<RegisteredDatabase>> find(RdsDatabaseId database) {
        return DatabaseRow.<DatabaseRow>find(
                        "instanceArn = ?1 and databaseName = ?2",
                        database.instance().toString(),
                        database.database())
                .firstResult()
                .map(row -> Optional.ofNullable(row).map(DatabaseRow::toDatabase));
    }

    Uni<Optional<RegisteredDatabase>> named(String id) {
        return DatabaseRow.<DatabaseRow>findById(id)
                .map(row -> Optional.ofNullable(row).map(DatabaseRow::toDatabase));
    }

    /** By id, those behind {@code after}; at most {@code rows}. */
    public Uni<List<RegisteredDatabase>> behind(String after, int rows) {
        return DatabaseRow.<DatabaseRow>find("id > ?1 order by id", after)
                .range(0, rows - 1)
                .list()
                .map(found -> found.stream().map(DatabaseRow::toDatabase).toList());
    }

    /** Makes it, or what it was becomes this; grants that are live keep what they were made for. */
    Uni<RegisteredDatabase> put(String id, DatabaseSpec spec, Resolved resolved, String by) {
        return DatabaseRow.<DatabaseRow>findById(id).chain(known -> {
            DatabaseRow row = known == null ? new DatabaseRow() : known;
            if (known == null) {
                row.id = id;
                row.createdAt = clock.instant();
            }
            row.become(spec, resolved, by, clock.instant());
            return row.<DatabaseRow>persistAndFlush().map(DatabaseRow::toDatabase);
        });
    }

    /** False when there is none. */
    Uni<Boolean> remove(String id) {
        return DatabaseRow.deleteById(id);
    }
}
