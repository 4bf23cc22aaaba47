package dev.sallyport.outbox;

import dev.sallyport.kernel.EventId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** What this service has already done something about. */
@ApplicationScoped
public class Inbox {

    private static final String INSERT = "INSERT INTO inbox (event_id) VALUES (:id) ON CONFLICT DO NOTHING";

    /**
     * True when nobody has committed, or is about to commit, a transaction that asked for this id. The id is remembered with
     * the current Hibernate Reactive transaction, so a rolled back effect may be tried again. Fails with
     * {@link IllegalStateException} outside of a transaction.
     */
    public Uni<Boolean> firstSight(EventId id) {
        return Outbox.Transactions.current()
                .chain(session -> session.createNativeQuery(INSERT)
                        .setParameter("id", id.value())
                        .executeUpdate())
                .map(inserted -> inserted == 1);
    }
}
