package dev.sallyport.outbox;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Transaction;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables, as the relay works on them. Every method blocks: for virtual threads only. */
@ApplicationScoped
class OutboxTable {

    /** Longer than any statement here takes, short enough that a dead database is noticed. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Released with the transaction, and so with the connection of a process that died. */
    private static final String LOCK =
            "SELECT pg_try_advisory_xact_lock(hashtextextended('sallyport.outbox.' || current_schema(), 0)) AS ours";

    private static final String OLDEST = "SELECT id, topic, key, value, headers FROM outbox ORDER BY id LIMIT $1";

    private static final String LAG =
            "SELECT count(*) AS records, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS seconds FROM outbox";

    private final Pool pool;

    OutboxTable(Pool pool) {
        this.pool = pool;
    }

    /** One row. */
    record Stored(long id, OutboxRecord record) {}

    /** How much waits to be sent, and for how long the oldest has been waiting. */
    record Lag(long records, double seconds) {}

    /** Sends rows, in their order, and returns the ids of those that the broker has acknowledged. */
    @FunctionalInterface
    interface Sending {
        List<Long> send(List<Stored> rows) throws InterruptedException;
    }

    /** A look without a lock: is there anything to do? */
    boolean isEmpty() {
        return await(pool.query("SELECT 1 FROM outbox LIMIT 1").execute()).size() == 0;
    }

    /**
     * Sends the oldest rows and deletes those that were acknowledged; returns how many. It returns 0 when another process is
     * at it: there is one relay at a time in a schema.
     */
    int relay(int limit, Sending sending) throws InterruptedException {
        SqlConnection connection = await(pool.getConnection());
        try {
            Transaction transaction = await(connection.begin());
            try {
                int sent = 0;
                if (await(connection.query(LOCK).execute()).iterator().next().getBoolean("ours")) {
                    sent = delete(connection, sending.send(oldest(connection, limit)));
                }
                await(transaction.commit());
                return sent;
            } catch (InterruptedException | RuntimeException e) {
                rollBack(transaction, e);
                throw e;
            }
        } finally {
            connection.closeAndForget();
        }
    }

    Lag lag() {
        Row row = await(pool.query(LAG).execute()).iterator().next();
        return new Lag(row.getLong("records"), row.getDouble("seconds"));
    }

    /** Forgets event ids that were first seen before {@code retention}. */
    int forgetSeen(Duration retention, InstantSource clock) {
        return await(pool.preparedQuery("DELETE FROM inbox WHERE seen_at < $1")
                        .execute(Tuple.of(clock.instant().minus(retention).atOffset(ZoneOffset.UTC))))
                .rowCount();
    }

    private static List<Stored> oldest(SqlConnection connection, int limit) {
        List<Stored> rows = new ArrayList<>();
        for (Row row : await(connection.preparedQuery(OLDEST).execute(Tuple.of(limit)))) {
            rows.add(new Stored(
                    row.getLong("id"),
                    new OutboxRecord(
                            row.getString("topic"),
                            row.getString("key"),
                            row.getString("value"),
                            headers(row.getJsonObject("headers")))));
        }
        return rows;
    }

    private static Map<String, String> headers(JsonObject json) {
        Map<String, String> headers = new HashMap<>();
        json.forEach(header -> headers.put(header.getKey(), header.getValue().toString()));
        return headers;
    }

    private static int delete(SqlConnection connection, List<Long> ids) {
        if (ids.isEmpty()) {
            return 0;
        }
        Tuple sent = Tuple.tuple().addArrayOfLong(ids.toArray(Long[]::new));
        return await(connection
                        .preparedQuery("DELETE FROM outbox WHERE id = ANY($1)")
                        .execute(sent))
                .rowCount();
    }

    private static void rollBack(Transaction transaction, Exception cause) {
        try {
            await(transaction.rollback());
        } catch (RuntimeException e) {
            // The connection is gone, and the transaction and its lock with it.
            cause.addSuppressed(e);
        }
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(PATIENCE);
    }
}
