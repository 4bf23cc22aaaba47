package dev.sallyport.notifier.webhook;

import static dev.sallyport.notifier.database.Database.utc;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.webhooks.WebhookEndpointChanged;
import dev.sallyport.contracts.webhooks.WebhookEndpointChanged.Change;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.announce.Announcements;
import dev.sallyport.notifier.database.Database;
import dev.sallyport.secrets.SealedText;
import dev.sallyport.secrets.SecretStoreException;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who is told: the endpoint of the configuration and those that people set up, which are rows, read anew each time, so that
 * every replica knows a change at once. Each change is an event of the same transaction.
 */
@ApplicationScoped
class Endpoints {

    static final String SOURCE = "/sallyport/notifier";

    private static final String COLUMNS = """
            name, url, event_types, allow_private_addresses, disabled, secret, previous_secret, previous_until,
            created_at, updated_at
            """;

    private static final String INSERT = """
            INSERT INTO endpoints
                (name, url, event_types, allow_private_addresses, disabled, secret, created_at, updated_at)
            SELECT ?, ?, ?, ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM endpoints) < ? ON CONFLICT DO NOTHING
            """;

    private static final String UPDATE = """
            UPDATE endpoints SET url = ?, event_types = ?, allow_private_addresses = ?, disabled = ?, updated_at = ?
            WHERE name = ?
            """;

    private static final String ROTATE = """
            UPDATE endpoints SET previous_secret = secret, previous_until = ?, secret = ?, updated_at = ? WHERE name = ?
            """;

    private static final String ABANDON = """
            UPDATE deliveries SET state = 'dead', ended_at = ?, last_status = NULL, last_error = 'the endpoint was removed'
            WHERE endpoint = ? AND state = 'pending'
            """;

    private final Database database;
    private final List<Endpoint> configured;
    private final Optional<SealedText> seal;
    private final boolean local;
    private final int most;
    private final InstantSource clock;

    Endpoints(Database database, ConfiguredEndpoints configured, NotifierConfig config, InstantSource clock) {
        this.database = database;
        this.configured = configured.all();
        this.seal = config.webhooks().keysetFile().map(SealedText::with);
        this.local = config.mode() == NotifierConfig.Mode.LOCAL;
        this.most = config.webhooks().maxEndpoints();
        this.clock = clock;
    }

    /** What somebody wants an endpoint to be. */
    record Wanted(URI url, Set<String> eventTypes, boolean allowPrivateAddresses, boolean disabled) {}

    /**
     * An endpoint as it is kept.
     *
     * @param previousUntil until when the secret before signs along; null when there is none
     */
    record Kept(String name, Wanted is, @Nullable Instant previousUntil, Instant createdAt, Instant updatedAt) {}

    /** Whether endpoints can be kept: there has to be a keyset for their secrets. */
    boolean canKeep() {
        return seal.isPresent();
    }

    List<Endpoint> configured() {
        return configured;
    }

    /** All, disabled ones too. Of one name the configured one counts. */
    List<Endpoint> all() {
        List<Endpoint> all = new ArrayList<>(configured);
        database.rows("SELECT " + COLUMNS + " FROM endpoints ORDER BY name", sql -> {}, this::endpoint).stream()
                .filter(kept -> configured.stream().noneMatch(one -> one.name().equals(kept.name())))
                .forEach(all::add);
        return all;
    }

    List<Kept> kept() {
        return database.rows("SELECT " + COLUMNS + " FROM endpoints ORDER BY name", sql -> {}, Endpoints::kept);
    }

    Optional<Kept> kept(String name) {
        return database
                .rows(
                        "SELECT " + COLUMNS + " FROM endpoints WHERE name = ?",
                        sql -> sql.setString(1, name),
                        Endpoints::kept)
                .stream()
                .findFirst();
    }

    /** False when there is one of this name, or as many as there may be. */
    boolean create(String name, Wanted wanted, Secret secret, Grantee by) {
        byte[] sealed = sealer().close(name, secret);
        Instant now = clock.instant();
        return database.inTransaction(connection -> {
            int made = Database.run(connection, INSERT, sql -> {
                sql.setString(1, name);
                sql.setString(2, wanted.url().toString());
                sql.setArray(
                        3, connection.createArrayOf("text", wanted.eventTypes().toArray()));
                sql.setBoolean(4, wanted.allowPrivateAddresses());
                sql.setBoolean(5, wanted.disabled());
                sql.setBytes(6, sealed);
                sql.setObject(7, utc(now));
                sql.setObject(8, utc(now));
                sql.setInt(9, most);
                return sql.executeUpdate();
            });
            return changed(connection, made, name, Change.CREATED, by, now);
        });
    }

    /** False when there is none of this name. */
    boolean update(String name, Wanted wanted, Grantee by) {
        Instant now = clock.instant();
        return database.inTransaction(connection -> {
            int made = Database.run(connection, UPDATE, sql -> {
                sql.setString(1, wanted.url().toString());
                sql.setArray(
                        2, connection.createArrayOf("text", wanted.eventTypes().toArray()));
                sql.setBoolean(3, wanted.allowPrivateAddresses());
                sql.setBoolean(4, wanted.disabled());
                sql.setObject(5, utc(now));
                sql.setString(6, name);
                return sql.executeUpdate();
            });
            return changed(connection, made, name, Change.UPDATED, by, now);
        });
    }

    /**
     * Signs with {@code secret} from now on, and for {@code overlap} with the one before too. False when there is none of this
     * name.
     */
    boolean rotate(String name, Secret secret, Duration overlap, Grantee by) {
        byte[] sealed = sealer().close(name, secret);
        Instant now = clock.instant();
        return database.inTransaction(connection -> {
            int made = Database.run(connection, ROTATE, sql -> {
                sql.setObject(1, utc(now.plus(overlap)));
                sql.setBytes(2, sealed);
                sql.setObject(3, utc(now));
                sql.setString(4, name);
                return sql.executeUpdate();
            });
            return changed(connection, made, name, Change.SECRET_ROTATED, by, now);
        });
    }

    /** What it was still to be told is dead. False when there is none of this name. */
    boolean remove(String name, Grantee by) {
        Instant now = clock.instant();
        return database.inTransaction(connection -> {
            int gone = Database.run(connection, "DELETE FROM endpoints WHERE name = ?", sql -> {
                sql.setString(1, name);
                return sql.executeUpdate();
            });
            if (gone > 0) {
                Database.run(connection, ABANDON, sql -> {
                    sql.setObject(1, utc(now));
                    sql.setString(2, name);
                    return sql.executeUpdate();
                });
            }
            return changed(connection, gone, name, Change.REMOVED, by, now);
        });
    }

    private static boolean changed(Connection connection, int rows, String name, Change change, Grantee by, Instant now)
            throws SQLException {
        if (rows > 0) {
            WebhookEndpointChanged told = new WebhookEndpointChanged(name, change, by, now);
            Announcements.note(connection, Event.of(EventType.WEBHOOK_ENDPOINT_CHANGED, SOURCE, name, now, told));
        }
        return rows > 0;
    }

    private Endpoint endpoint(ResultSet row) throws SQLException {
        Kept kept = kept(row);
        return new Endpoint(kept.name(), kept.is().eventTypes(), kept.is().disabled(), way(kept, row));
    }

    /** A secret that does not open holds up the messages of its endpoint, and nothing else. */
    private Endpoint.Way way(Kept kept, ResultSet row) throws SQLException {
        byte[] sealed = row.getBytes("secret");
        byte[] previous = row.getBytes("previous_secret");
        try {
            List<Secret> secrets = new ArrayList<>();
            secrets.add(sealer().open(kept.name(), sealed));
            if (previous != null
                    && kept.previousUntil() != null
                    && clock.instant().isBefore(kept.previousUntil())) {
                secrets.add(sealer().open(kept.name(), previous));
            }
            return new Endpoint.Http(kept.is().url(), local || kept.is().allowPrivateAddresses(), secrets);
        } catch (SecretStoreException | IllegalStateException e) {
            return new Endpoint.Locked(
                    e.getMessage() + "; set sallyport.webhooks.keyset-file to the keyset that sealed it");
        }
    }

    private static Kept kept(ResultSet row) throws SQLException {
        Wanted is = new Wanted(
                URI.create(row.getString("url")),
                new TreeSet<>(List.of((String[]) row.getArray("event_types").getArray())),
                row.getBoolean("allow_private_addresses"),
                row.getBoolean("disabled"));
        return new Kept(
                row.getString("name"),
                is,
                Database.instant(row, "previous_until").orElse(null),
                Database.instant(row, "created_at").orElseThrow(),
                Database.instant(row, "updated_at").orElseThrow());
    }

    private SealedText sealer() {
        return seal.orElseThrow(() -> new IllegalStateException("there is no keyset to open or seal it with"));
    }
}
