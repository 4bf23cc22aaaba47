package dev.sallyport.api.targets;

import dev.sallyport.api.connections.Connection;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.databases.DatabaseSpec.DatabaseUser;
import dev.sallyport.api.databases.Databases;
import dev.sallyport.api.databases.Proxies;
import dev.sallyport.api.databases.ProxyDeployment;
import dev.sallyport.api.databases.RegisteredDatabase;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.contracts.grants.ProxyPlace;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All that access can be granted to. A role of a registered database goes before one of the same name that a job made. Each
 * method is part of the caller's transaction.
 */
@ApplicationScoped
public class Targets {

    private static final String SECRETS_MANAGER = "aws-secrets-manager";
    private static final String PASSWORD = "password";

    /** Cursors: the connections come first, by name, then the registered databases, by id. */
    private static final String OF_CONNECTIONS = "c/";

    private static final String OF_DATABASES = "d/";

    private final Connections connections;
    private final Databases databases;
    private final Proxies proxies;

    Targets(Connections connections, Databases databases, Proxies proxies) {
        this.connections = connections;
        this.databases = databases;
        this.proxies = proxies;
    }

    /** The role in the database, when there is such a one. */
    public Uni<Optional<AccessTarget>> find(RdsDatabaseId database, String role) {
        return databases.find(database).chain(registered -> {
            Optional<AccessTarget> target =
                    registered.flatMap(found -> found.user(role).map(user -> target(found, user)));
            return target.isPresent()
                    ? Uni.createFrom().item(target)
                    : connections.find(database, role).map(found -> found.map(one -> target(one, database)));
        });
    }

    /** Where the proxies are that the target is reached through, when people need AWS to get there. */
    public Uni<Optional<ProxyPlace>> place(AccessTarget target) {
        return target.proxyId()
                .map(id -> proxies.find(id).map(found -> found.flatMap(ProxyDeployment::place)))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    /**
     * By connection, then by registered database; each brings all its databases or users, so that a page may hold more than was
     * asked for.
     */
    public Uni<Page<AccessTarget>> page(PageQuery query) {
        String after = query.after().orElse(OF_CONNECTIONS);
        if (after.startsWith(OF_DATABASES)) {
            return registered(after.substring(OF_DATABASES.length()), query.rows())
                    .map(items -> page(items, query));
        }
        String name = after.startsWith(OF_CONNECTIONS) ? after.substring(OF_CONNECTIONS.length()) : after;
        return connections.behind(name, query.rows()).chain(found -> {
            List<Item> items = new ArrayList<>(found.stream()
                    .map(one -> new Item(OF_CONNECTIONS + one.name(), targets(one)))
                    .toList());
            if (items.size() >= query.rows()) {
                return Uni.createFrom().item(page(items, query));
            }
            return registered("", query.rows() - items.size()).map(more -> {
                items.addAll(more);
                return page(items, query);
            });
        });
    }

    private record Item(String position, List<AccessTarget> targets) {}

    private Uni<List<Item>> registered(String after, int rows) {
        return databases
                .behind(after, rows)
                .map(found -> found.stream()
                        .map(one -> new Item(OF_DATABASES + one.id(), targets(one)))
                        .toList());
    }

    private static Page<AccessTarget> page(List<Item> items, PageQuery query) {
        Page<List<AccessTarget>> page = Page.of(items, query, Item::position, Item::targets);
        return new Page<>(page.items().stream().flatMap(List::stream).toList(), page.nextCursor());
    }

    private static List<AccessTarget> targets(RegisteredDatabase database) {
        return database.users().stream().map(user -> target(database, user)).toList();
    }

    private static AccessTarget target(RegisteredDatabase database, DatabaseUser user) {
        String username = Objects.requireNonNull(user.username(), "checked when it was registered");
        return new AccessTarget(
                database.databaseId(),
                database.name(),
                database.engine(),
                Optional.ofNullable(user.endpoint()).orElse(database.host()),
                database.port(),
                username,
                Optional.ofNullable(user.name()).orElse(username),
                username,
                new SecretRef(
                        SECRETS_MANAGER,
                        Objects.requireNonNull(user.passwordSecretsManagerArn(), "checked when it was registered"),
                        PASSWORD),
                Optional.ofNullable(database.spec().auditMode()),
                Optional.ofNullable(database.spec().proxyId()),
                database.tags(),
                Optional.ofNullable(database.spec().defaultLocalPort()));
    }

    private static List<AccessTarget> targets(Connection connection) {
        return connection.targets().stream()
                .map(database -> target(connection, database))
                .toList();
    }

    private static AccessTarget target(Connection connection, RdsDatabaseId database) {
        return new AccessTarget(
                database,
                connection.prefix() + " " + database.database(),
                connection.engine(),
                connection.readerHost().orElse(connection.host()),
                connection.port(),
                connection.role(),
                connection.role(),
                connection.databaseUser(),
                connection.secret(),
                connection.settings().auditMode(),
                connection.settings().proxyId(),
                connection.tags(),
                connection.settings().localPort());
    }
}
