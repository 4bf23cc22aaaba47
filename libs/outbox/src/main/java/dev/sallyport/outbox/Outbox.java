package dev.sallyport.outbox;

import dev.sallyport.contracts.Event;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * What the current Hibernate Reactive transaction has to say: sent to Kafka once it is committed, at least once, in order
 * per key.
 */
@ApplicationScoped
public class Outbox {

    /** One statement for any number of records; their ids are in the order of the arrays. */
    private static final String INSERT = """
            INSERT INTO outbox (topic, key, value, headers)
            SELECT topic, key, value, CAST(headers AS jsonb)
            FROM unnest(CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:contents AS text[]), CAST(:headers AS text[]))
              WITH ORDINALITY AS said (topic, key, value, headers, place)
            ORDER BY place
            """;

    private final OutboxConfig config;
    private final Relay relay;

    Outbox(OutboxConfig config, Relay relay) {
        this.config = config;
        this.relay = relay;
    }

    /** Adds an event; it goes to the topic of its type with its subject as key. */
    public Uni<Void> add(Event<?> event) {
        return add(event, Map.of());
    }

    /** Adds an event with headers of its own beside {@code content-type}. */
    public Uni<Void> add(Event<?> event, Map<String, String> headers) {
        return add(OutboxRecord.of(event, headers));
    }

    /** Adds a record as it is, as {@link #addAll} does. */
    public Uni<Void> add(OutboxRecord record) {
        return addAll(List.of(record));
    }

    /**
     * Adds records in their order with one statement; how many is for the caller to bound. What the session holds back is
     * flushed first: the row locks taken by that keep two transactions on one aggregate, and so their records, in the order
     * of their commits.
     *
     * <p>Fails with {@link IllegalStateException} outside of a transaction.
     *
     * @throws IllegalArgumentException when one is larger than {@code sallyport.outbox.max-record-bytes}: it could never be
     *     sent and would hold up what follows
     */
    public Uni<Void> addAll(List<OutboxRecord> records) {
        records.forEach(this::refuseTooLarge);
        if (records.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return Transactions.current()
                .chain(session -> session.flush().chain(() -> insert(session, records)))
                .invoke(relay::nudge)
                .replaceWithVoid();
    }

    private void refuseTooLarge(OutboxRecord record) {
        if (record.bytes() > config.maxRecordBytes()) {
            throw new IllegalArgumentException("a record of " + record.bytes() + " bytes for " + record.topic()
                    + " is larger than sallyport.outbox.max-record-bytes=" + config.maxRecordBytes());
        }
    }

    private static Uni<Integer> insert(Mutiny.Session session, List<OutboxRecord> records) {
        return session.createNativeQuery(INSERT)
                .setParameter("topics", column(records, OutboxRecord::topic))
                .setParameter("keys", column(records, OutboxRecord::key))
                .setParameter("contents", column(records, OutboxRecord::value))
                .setParameter(
                        "headers", column(records, record -> new JsonObject(Map.copyOf(record.headers())).encode()))
                .executeUpdate();
    }

    private static @Nullable String[] column(
            List<OutboxRecord> records, Function<OutboxRecord, @Nullable String> content) {
        return records.stream().map(content).toArray(String[]::new);
    }

    /** The transaction that outbox and inbox take part in. */
    static final class Transactions {

        /** The session of the current transaction; fails where there is none. */
        static Uni<Mutiny.Session> current() {
            return Panache.getSession().invoke(session -> {
                if (session.currentTransaction() == null) {
                    throw new IllegalStateException(
                            "outbox and inbox are part of a transaction, and there is none here");
                }
            });
        }

        private Transactions() {}
    }
}
