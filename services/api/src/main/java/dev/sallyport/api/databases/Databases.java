package dev.sallyport.api.databases;

import dev.sallyport.api.changes.Changes;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The registered databases. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Databases {

    private final Changes changes;
    private final InstantSource clock;

    Databases(Changes changes, InstantSource clock) {
        this.changes = changes;
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
    Uni<RegisteredDatabase> put(String id, DatabaseSpec spec, Resolved resolved, Grantee by) {
        return DatabaseRow.<DatabaseRow>findById(id, LockModeType.PESSIMISTIC_WRITE)
                .chain(known -> {
                    DatabaseRow row = known == null ? new DatabaseRow() : known;
                    String before = known == null ? null : row.told();
                    if (known == null) {
                        row.id = id;
                        row.createdAt = clock.instant();
                    }
                    row.become(spec, resolved, by.subject(), clock.instant());
                    return row.<DatabaseRow>persistAndFlush()
                            .call(() -> changes.tell(Kind.DATABASE, id, before, row.told(), null, by))
                            .map(DatabaseRow::toDatabase);
                });
    }

    /** False when there is none. */
    Uni<Boolean> remove(String id, Grantee by) {
        return DatabaseRow.<DatabaseRow>findById(id, LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> row == null
                        ? Uni.createFrom().item(false)
                        : row.delete()
                                .chain(() -> changes.tell(Kind.DATABASE, id, row.told(), null, null, by))
                                .replaceWith(true));
    }
}
