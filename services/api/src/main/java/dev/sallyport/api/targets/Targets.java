package dev.sallyport.api.targets;

import dev.sallyport.api.connections.Connection;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that access can be granted to. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Targets {

    private final Connections connections;

    Targets(Connections connections) {
        this.connections = connections;
    }

    /** The role in the database, when there is such a one. */
    public Uni<Optional<AccessTarget>> find(RdsDatabaseId database, String role) {
        return connections.find(database, role).map(found -> found.map(one -> target(one, database)));
    }

    /** By connection; each brings all its databases, so that a page may hold more than was asked for. */
    public Uni<Page<AccessTarget>> page(PageQuery query) {
        return connections
                .page(query)
                .map(page -> new Page<>(
                        page.items().stream().flatMap(one -> targets(one).stream()).toList(), page.nextCursor()));
    }

    private static List<AccessTarget> targets(Connection connection) {
        return connection.targets().stream()
                .map(database -> target(connection, database))
                .toList();
    }

    private static AccessTarget target(Connection connection, RdsDatabaseId database) {
        return new AccessTarget(
                database,
                connection.prefix(),
                connection.engine(),
                connection.readerHost().orElse(connection.host()),
                connection.port(),
                connection.role(),
                connection.role(),
                connection.databaseUser(),
                connection.secret(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty());
    }
}
