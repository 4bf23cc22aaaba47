package dev.sallyport.notifier.webhook;

import dev.sallyport.contracts.Event;
import dev.sallyport.notifier.NotifierConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What the webhook is to be told, durable, once per event. */
@ApplicationScoped
public class Deliveries {

    private static final String ADD = """
            INSERT INTO deliveries (event_id, event_type, body, organisation, created_at, state, next_attempt_at)
            VALUES (?, ?, ?, ?, now(), 'pending', now()) ON CONFLICT DO NOTHING
            """;

    /** A claim is a lease: should this process die, the delivery is due again when it ends. */
    private static final String CLAIM = """
            UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ?
            WHERE event_id IN (SELECT event_id FROM deliveries WHERE state = 'pending' AND next_attempt_at <= ?
                               ORDER BY next_attempt_at LIMIT ? FOR UPDATE SKIP LOCKED)
            RETURNING event_id, event_type, organisation, body, attempts
            """;

    /** The attempt does not count: however long our settings are wrong, none of the message's attempts is used up. */
    private static final String HOLD = """
            UPDATE deliveries SET attempts = attempts - 1, next_attempt_at = ?, last_status = ?, last_error = ?
            WHERE event_id = ? AND state = 'pending'
            """;

    private static final String RECORD = """
            UPDATE deliveries SET state = ?, next_attempt_at = ?, last_status = ?, last_error = ?, ended_at = ?
            WHERE event_id = ? AND state = 'pending'
            """;

    private final DataSource database;
    private final NotifierConfig.Webhooks config;

    Deliveries(DataSource database, NotifierConfig config) {
        this.database = database;
        this.config = config.webhooks();
    }

    /** Notes those of {@code events} that the webhook is to be told. */
    public void add(List<Event<?>> events) {
        if (!config.told()) {
            return;
        }
        List<Event<?>> wanted = events.stream()
                .filter(event -> Message.isWanted(event, config.eventTypes()))
                .toList();
        if (!wanted.isEmpty()) {
            run(ADD, sql -> {
                for (Event<?> event : wanted) {
                    sql.setString(1, event.id().value());
                    sql.setString(2, event.type());
                    sql.setString(3, Message.body(event));
                    sql.setString(4, Message.organisation(event));
                    sql.addBatch();
                }
                return sql.executeBatch();
            });
        }
    }

    /** Takes up to {@code limit} that are due; they are due again after {@code lease}. */
    List<Delivery> claim(int limit, Instant now, Duration lease) {
        return run(CLAIM, sql -> {
            sql.setObject(1, utc(now.plus(lease)));
            sql.setObject(2, utc(now));
            sql.setInt(3, limit);
            List<Delivery> claimed = new ArrayList<>();
            try (ResultSet rows = sql.executeQuery()) {
                while (rows.next()) {
                    claimed.add(new Delivery(
                            rows.getString("event_id"),
                            rows.getString("event_type"),
                            rows.getString("organisation"),
                            rows.getString("body"),
                            rows.getInt("attempts")));
                }
            }
            return claimed;
        });
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
        run(HOLD, sql -> {
            sql.setObject(1, utc(next));
            sql.setObject(2, why.status());
            sql.setString(3, why.reason());
            sql.setString(4, delivery.eventId());
            return sql.executeUpdate();
        });
    }

    /** It never will. */
    void dead(Delivery delivery, Attempt.Failed why, Instant now) {
        record(delivery, "dead", now, why.status(), why.reason(), now);
    }

    private void record(
            Delivery delivery,
            String state,
            Instant next,
            @Nullable Integer status,
            @Nullable String error,
            @Nullable Instant ended) {
        run(RECORD, sql -> {
            sql.setString(1, state);
            sql.setObject(2, utc(next));
            sql.setObject(3, status);
            sql.setString(4, error);
            sql.setObject(5, ended == null ? null : utc(ended));
            sql.setString(6, delivery.eventId());
            return sql.executeUpdate();
        });
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(PreparedStatement sql) throws SQLException;
    }

    private <T> T run(String text, Work<T> work) {
        try (Connection connection = database.getConnection();
                PreparedStatement sql = connection.prepareStatement(text)) {
            return work.on(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the deliveries are out of reach (" + e.getSQLState() + ")", e);
        }
    }
}
