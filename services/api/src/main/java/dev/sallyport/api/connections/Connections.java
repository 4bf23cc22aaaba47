package dev.sallyport.api.connections;

import dev.sallyport.api.changes.Changes;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.start.DeploymentConfig;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The connections that jobs made. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Connections {

    private final Changes changes;
    private final InstantSource clock;
    private final DeploymentConfig config;

    Connections(Changes changes, InstantSource clock, DeploymentConfig config) {
        this.changes = changes;
        this.clock = clock;
        this.config = config;
    }

    /** By name. */
    public Uni<Page<Connection>> page(PageQuery query) {
        return ConnectionRow.<ConnectionRow>find(
                        "name > ?1 order by name", query.after().orElse(""))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.name, ConnectionRow::toConnection));
    }

    /** By name, those behind {@code after}; at most {@code rows}. */
    public Uni<List<Connection>> behind(String after, int rows) {
        return ConnectionRow.<ConnectionRow>find("name > ?1 order by name", after)
                .range(0, rows - 1)
                .list()
                .map(found -> found.stream().map(ConnectionRow::toConnection).toList());
    }

    /** What people say of the connection from now on; empty when there is none of that name. */
    Uni<Optional<Connection>> set(String name, Connection.Settings settings, Grantee by) {
        return ConnectionRow.<ConnectionRow>find("name", name).firstResult().chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(Optional.empty());
            }
            String before = row.told();
            row.settings(settings, clock.instant());
            return changes.tell(Kind.CONNECTION, name, before, row.told(), null, by)
                    .replaceWith(() -> Optional.of(row.toConnection()));
        });
    }

    public Uni<Optional<Connection>> named(String name) {
        return ConnectionRow.<ConnectionRow>find("name", name)
                .firstResult()
                .map(row -> Optional.ofNullable(row).map(ConnectionRow::toConnection));
    }

    /** Where {@code role} is found in the target's instance, when it may open the target's database. */
    public Uni<Optional<Connection>> find(RdsDatabaseId target, String role) {
        return ConnectionRow.<ConnectionRow>find(
                        "dbArn = ?1 and role = ?2 order by name",
                        target.instance().toString(),
                        role)
                .list()
                .map(rows -> rows.stream()
                        .map(ConnectionRow::toConnection)
                        .filter(connection -> connection.databases().contains(target.database()))
                        .findFirst());
    }

    /** Whether connections of this prefix lead to another instance than {@code instance}. */
    public Uni<Boolean> belongsToAnother(String prefix, RdsArn instance) {
        return ConnectionRow.count("prefix = ?1 and dbArn <> ?2", prefix, instance.toString())
                .map(others -> others > 0);
    }

    /** All that lead to the instance, by name. */
    public Uni<List<Connection>> of(RdsArn instance) {
        return ConnectionRow.<ConnectionRow>find("dbArn = ?1 order by name", instance.toString())
                .list()
                .map(rows -> rows.stream().map(ConnectionRow::toConnection).toList());
    }

    /** Removes all that lead to the instance. */
    public Uni<Void> removeAll(RdsArn instance) {
        return ConnectionRow.delete("dbArn", instance.toString()).replaceWithVoid();
    }

    /** Makes the connections; one of the same name keeps its id and becomes what is given. */
    public Uni<Void> put(List<Connection> connections) {
        return Multi.createFrom()
                .iterable(connections)
                .onItem()
                .transformToUniAndConcatenate(this::put)
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<ConnectionRow> put(Connection connection) {
        return ConnectionRow.<ConnectionRow>find("name", connection.name())
                .firstResult()
                .chain(known -> {
                    ConnectionRow row = known == null ? fresh(connection) : known;
                    row.takeOver(connection, config.orgId(), clock.instant());
                    return row.<ConnectionRow>persist();
                });
    }

    private static ConnectionRow fresh(Connection connection) {
        ConnectionRow row = new ConnectionRow();
        row.id = connection.id().value();
        row.name = connection.name();
        row.createdAt = connection.createdAt();
        return row;
    }
}
