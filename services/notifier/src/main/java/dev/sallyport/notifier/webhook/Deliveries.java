package dev.sallyport.notifier.webhook;

import static dev.sallyport.notifier.database.Database.utc;

import dev.sallyport.contracts.Event;
import dev.sallyport.notifier.database.Database;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each endpoint is to be told, durable, once per event. */
@ApplicationScoped
public class Deliveries {

    private static final String ADD = """
            INSERT INTO deliveries
                (event_id, event_type, body, organisation, endpoint, created_at, state, next_attempt_at)
            VALUES (?, ?, ?, ?, ?, ?, 'pending', ?) ON CONFLICT DO NOTHING
            """;

    private static final String DUE = """
            SELECT DISTINCT endpoint FROM deliveries WHERE state = 'pending' AND next_attempt_at <= ?
            """;

    /** A claim is a lease: should this process die, the delivery is due again when it ends. */
    private static final String CLAIM = """
            UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?
            WHERE id IN (SELECT id FROM deliveries WHERE endpoint = ? AND state = 'pending' AND next_attempt_at <= ?
                         ORDER BY next_attempt_at, id LIMIT ? FOR UPDATE SKIP LOCKED)
            RETURNING id, event_id, event_type, organisation, body, attempts
            """;

    /** The attempt does not count: however long our settings are wrong, none of the message's attempts is used up. */
    private static final String HOLD = """
            UPDATE deliveries SET attempts = attempts - 1, next_attempt_at = ?, last_status = ?, last_error = ?
            WHERE id = ? AND state = 'pending' AND attempts = ?
            """;

    /** Unless its lease had ended and somebody else took it up since; what arrived has arrived, whoever took it there. */
    private static final String RECORD = """
            UPDATE deliveries SET state = ?, next_attempt_at = ?, last_status = ?, last_error = ?, ended_at = ?
            WHERE id = ? AND state = 'pending' AND (attempts = ? OR ?)
            """;

    /** Some at a time: no transaction is long, however much is old. */
    private static final String PRUNE = """
            DELETE FROM deliveries
            WHERE id IN (SELECT id FROM deliveries WHERE state <> 'pending' AND ended_at < ? LIMIT ?)
            """;

    private static final int PRUNED_AT_ONCE = 5_000;

    private final Database database;
    private final Endpoints endpoints;
    private final InstantSource clock;

    Deliveries(Database database, Endpoints endpoints, InstantSource clock) {
        this.database = database;
        this.endpoints = endpoints;
        this.clock = clock;
    }

    /** Notes those of {@code events} that somebody is to be told. */
    public void add(List<Event<?>> events) {
        add(events, endpoints.all());
    }

    /** Notes those of {@code events} that {@code receivers} are to be told. */
    void add(List<Event<?>> events, List<Endpoint> receivers) {
        Instant now = clock.instant();
        List<Note> notes = new ArrayList<>();
        for (Event<?> event : events) {
            for (Endpoint receiver : receivers) {
                if (receiver.isToldOf(event)) {
                    notes.add(new Note(event, receiver));
                }
            }
        }
        if (!notes.isEmpty()) {
            database.run(ADD, sql -> {
                for (Note note : notes) {
                    sql.setString(1, note.event().id().value());
                    sql.setString(2, note.event().type());
                    sql.setString(3, note.endpoint().body(note.event()));
                    sql.setString(4, Message.organisation(note.event()));
                    sql.setString(5, note.endpoint().name());
                    sql.setObject(6, utc(now));
                    sql.setObject(7, utc(now));
                    sql.addBatch();
                }
                return sql.executeBatch();
            });
        }
    }

    private record Note(Event<?> event, Endpoint endpoint) {}

    /** The names of endpoints for which something is due. */
    List<String> due(Instant now) {
        return database.rows(DUE, sql -> sql.setObject(1, utc(now)), row -> row.getString("endpoint"));
    }

    /** Takes up to {@code limit} that are due for {@code endpoint}; they are due again after {@code lease}. */
    List<Delivery> claim(String endpoint, int limit, Instant now, Duration lease) {
        return database.rows(
                CLAIM,
                sql -> {
                    sql.setObject(1, utc(now.plus(lease)));
                    sql.setString(2, endpoint);
                    sql.setObject(3, utc(now));
                    sql.setInt(4, limit);
                },
                row -> new Delivery(
                        row.getLong("id"),
                        row.getString("event_id"),
                        row.getString("event_type"),
                        row.getString("organisation"),
                        row.getString("body"),
                        row.getInt("attempts")));
    }

    /** It arrived. */
    void delivered(Delivery delivery, int status, Instant now) {
        record(delivery, "delivered", now, status, null, now);
    }

    /** It did not; it is due again at {@code next}. */
    void failed(Delivery delivery, Attempt.Failed why, Instant next) {
        record(delivery, "pending", next, why.status(), why.reason(), null);
    }

    /** It waits until somebody has seen to our settings; it is due again at {@code next}. */
    void held(Delivery delivery, Attempt.Held why, Instant next) {
        database.run(HOLD, sql -> {
            sql.setObject(1, utc(next));
            sql.setObject(2, why.status());
            sql.setString(3, why.reason());
            sql.setLong(4, delivery.id());
            sql.setInt(5, delivery.attempts());
            return sql.executeUpdate();
        });
    }

    /** It never will. */
    void dead(Delivery delivery, Attempt.Failed why, Instant now) {
        record(delivery, "dead", now, why.status(), why.reason(), now);
    }

    /** Removes what ended before {@code end}; returns how many. */
    int prune(Instant end) {
        int pruned = 0;
        int some;
        do {
            some = database.run(PRUNE, sql -> {
                sql.setObject(1, utc(end));
                sql.setInt(2, PRUNED_AT_ONCE);
                return sql.executeUpdate();
            });
            pruned += some;
        } while (some == PRUNED_AT_ONCE);
        return pruned;
    }

    private void record(
            Delivery delivery,
            String state,
            Instant next,
            @Nullable Integer status,
            @Nullable String error,
            @Nullable Instant ended) {
        database.run(RECORD, sql -> {
            sql.setString(1, state);
            sql.setObject(2, utc(next));
            sql.setObject(3, status);
            sql.setString(4, error);
            sql.setObject(5, ended == null ? null : utc(ended));
            sql.setLong(6, delivery.id());
            sql.setInt(7, delivery.attempts());
            sql.setBoolean(8, state.equals("delivered"));
            return sql.executeUpdate();
        });
    }
}
