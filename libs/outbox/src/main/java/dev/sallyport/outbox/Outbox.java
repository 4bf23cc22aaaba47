package dev.sallyport.outbox;

import dev.sallyport.contracts.Event;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What the current Hibernate Reactive transaction has to say: sent to Kafka once it is committed, at least once, in order
 * per key.
 */
@ApplicationScoped
public class Outbox {

    private static final String INSERT = """
            INSERT INTO outbox (topic, key, value, headers)
            VALUES (:topic, :key, :value, CAST(CAST(:headers AS text) AS jsonb))
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

    /**
     * Adds a record as it is. What the session holds back is flushed first: the row locks taken by that keep two
     * transactions on one aggregate, and so their records, in the order of their commits.
     *
     * <p>Fails with {@link IllegalStateException} outside of a transaction.
     *
     * @throws IllegalArgumentException when it is larger than {@code sallyport.outbox.max-record-bytes}: it could never be
     *     sent and would hold up what follows
     */
    public Uni<Void> add(OutboxRecord record) {
        if (record.bytes() > config.maxRecordBytes()) {
            throw new IllegalArgumentException("a record of " + record.bytes() + " bytes for " + record.topic()
                    + " is larger than sallyport.outbox.max-record-bytes=" + config.maxRecordBytes());
        }
        return Transactions.current()
                .chain(session -> session.flush().chain(() -> insert(session, record)))
                .invoke(relay::nudge)
                .replaceWithVoid();
    }

    private static Uni<Integer> insert(Mutiny.Session session, OutboxRecord record) {
        return session.createNativeQuery(INSERT)
                .setParameter("topic", record.topic())
                .setParameter("key", record.key())
                .setParameter("value", record.value())
                .setParameter("headers", new JsonObject(Map.copyOf(record.headers())).encode())
                .executeUpdate();
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
