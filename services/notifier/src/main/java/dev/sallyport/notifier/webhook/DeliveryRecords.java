package dev.sallyport.notifier.webhook;

import static dev.sallyport.notifier.database.Database.utc;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.webhooks.WebhookReplayed;
import dev.sallyport.kernel.EventId;
import dev.sallyport.notifier.announce.Announcements;
import dev.sallyport.notifier.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Deliveries as people look at them, and have them sent again. */
@ApplicationScoped
class DeliveryRecords {

    /** Sent again by one call at most. */
    static final int REPLAYED_AT_ONCE = 1_000;

    private static final String LIST = """
            SELECT * FROM deliveries
            WHERE (?::text IS NULL OR state = ?) AND (?::text IS NULL OR event_type = ?)
              AND (?::text IS NULL OR endpoint = ?) AND id < ?
            ORDER BY id DESC LIMIT ?
            """;

    private static final String AGAIN = """
            WITH old AS (SELECT id, attempts FROM deliveries WHERE %s FOR UPDATE SKIP LOCKED)
            UPDATE deliveries SET state = 'pending', attempts = 0, next_attempt_at = ?, ended_at = NULL,
                   replays = replays + 1, replayed_at = ?, replayed_by = ?
            FROM old WHERE deliveries.id = old.id
            RETURNING deliveries.id, event_id, event_type, endpoint, old.attempts AS tried
            """;

    private static final String AGAIN_ONE = AGAIN.formatted("id = ? AND state <> 'pending'");

    private static final String AGAIN_DEAD = AGAIN.formatted("""
            state = 'dead' AND (?::text IS NULL OR event_type = ?) AND (?::text IS NULL OR endpoint = ?)
            AND endpoint = ANY (?) ORDER BY id LIMIT ?""");

    private final Database database;
    private final InstantSource clock;

    DeliveryRecords(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A delivery.
     *
     * @param state {@code pending}, {@code delivered} or {@code dead}
     * @param attempts since it was noted, or last replayed
     * @param nextAttemptAt null when it ended
     * @param lastStatus null when there was no answer
     * @param replayedBy the OIDC subject
     * @param body null in lists
     */
    record Shown(
            String id,
            String eventId,
            String eventType,
            String endpoint,
            String state,
            int attempts,
            Instant createdAt,
            @Nullable Instant nextAttemptAt,
            @Nullable Instant endedAt,
            @Nullable Integer lastStatus,
            @Nullable String lastError,
            int replays,
            @Nullable Instant replayedAt,
            @Nullable String replayedBy,
            @Nullable String body) {}

    /** What is looked for; null is everything. */
    record Filter(
            @Nullable String state,
            @Nullable String eventType,
            @Nullable String endpoint) {}

    /** Up to {@code limit} with smaller numbers than {@code before}, the latest first. */
    List<Shown> list(Filter filter, long before, int limit) {
        return database.rows(
                LIST,
                sql -> {
                    int at = twice(sql, 1, filter.state());
                    at = twice(sql, at, filter.eventType());
                    at = twice(sql, at, filter.endpoint());
                    sql.setLong(at, before);
                    sql.setInt(at + 1, limit);
                },
                row -> shown(row, null));
    }

    Optional<Shown> get(long id) {
        return database
                .rows(
                        "SELECT * FROM deliveries WHERE id = ?",
                        sql -> sql.setLong(1, id),
                        row -> shown(row, row.getString("body")))
                .stream()
                .findFirst();
    }

    /** Sends one that ended again; false when it waits already, or is not there. */
    boolean replay(long id, Grantee by) {
        return replay(
                        AGAIN_ONE,
                        sql -> {
                            sql.setLong(1, id);
                            return 2;
                        },
                        by)
                > 0;
    }

    /**
     * Sends the dead again, the oldest first, {@value #REPLAYED_AT_ONCE} at most.
     *
     * @param endpoints that there are
     * @return how many
     */
    int replayDead(Filter filter, List<String> endpoints, Grantee by) {
        return replay(
                AGAIN_DEAD,
                sql -> {
                    int at = twice(sql, 1, filter.eventType());
                    at = twice(sql, at, filter.endpoint());
                    sql.setArray(at, sql.getConnection().createArrayOf("text", endpoints.toArray()));
                    sql.setInt(at + 1, REPLAYED_AT_ONCE);
                    return at + 2;
                },
                by);
    }

    /** Fills in the condition's parameters and returns the position behind them. */
    @FunctionalInterface
    private interface Condition {
        int of(PreparedStatement sql) throws SQLException;
    }

    private int replay(String text, Condition condition, Grantee by) {
        Instant now = clock.instant();
        Integer replayed = database.inTransaction(connection -> {
            List<WebhookReplayed> again = Database.rows(
                    connection,
                    text,
                    sql -> {
                        int at = condition.of(sql);
                        sql.setObject(at, utc(now));
                        sql.setObject(at + 1, utc(now));
                        sql.setString(at + 2, by.subject());
                    },
                    row -> replayed(row, by, now));
            announce(connection, again, now);
            return again.size();
        });
        return replayed;
    }

    private static void announce(Connection connection, List<WebhookReplayed> again, Instant now) throws SQLException {
        for (WebhookReplayed one : again) {
            Announcements.note(
                    connection, Event.of(EventType.WEBHOOK_REPLAYED, Endpoints.SOURCE, one.eventId(), now, one));
        }
    }

    private static WebhookReplayed replayed(ResultSet row, Grantee by, Instant now) throws SQLException {
        return new WebhookReplayed(
                row.getString("id"),
                new EventId(row.getString("event_id")),
                row.getString("event_type"),
                row.getString("endpoint"),
                row.getInt("tried"),
                by,
                now);
    }

    private static int twice(PreparedStatement sql, int at, @Nullable String text) throws SQLException {
        sql.setString(at, text);
        sql.setString(at + 1, text);
        return at + 2;
    }

    private static Shown shown(ResultSet row, @Nullable String body) throws SQLException {
        String state = row.getString("state");
        return new Shown(
                row.getString("id"),
                row.getString("event_id"),
                row.getString("event_type"),
                row.getString("endpoint"),
                state,
                row.getInt("attempts"),
                Database.instant(row, "created_at").orElseThrow(),
                state.equals("pending")
                        ? Database.instant(row, "next_attempt_at").orElse(null)
                        : null,
                Database.instant(row, "ended_at").orElse(null),
                row.getObject("last_status", Integer.class),
                row.getString("last_error"),
                row.getInt("replays"),
                Database.instant(row, "replayed_at").orElse(null),
                row.getString("replayed_by"),
                body);
    }
}
