package dev.sallyport.api.access;

import dev.sallyport.api.access.RequestStatus.Command;
import dev.sallyport.api.access.RequestStatus.Decision;
import dev.sallyport.api.database.Transactions;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

/**
 * Ends what nobody decided on, or activated, in time. On several replicas at once each takes other rows. Whoever acts on a row whose
 * time is over is refused before this comes round.
 */
@ApplicationScoped
class Deadlines {

    private static final int AT_ONCE = 100;

    private static final String REQUESTS = """
            SELECT id FROM access_request WHERE status = 'REQUESTED' AND expires_at <= :now
            ORDER BY expires_at LIMIT :some FOR UPDATE SKIP LOCKED
            """;

    private static final String GRANTS = """
            SELECT id FROM access_grant WHERE status = 'APPROVED' AND activate_by <= :now
            ORDER BY activate_by LIMIT :some FOR UPDATE SKIP LOCKED
            """;

    private final Transactions transactions;
    private final NewRequest requests;
    private final GrantOrders orders;
    private final InstantSource clock;

    Deadlines(Transactions transactions, NewRequest requests, GrantOrders orders, InstantSource clock) {
        this.transactions = transactions;
        this.requests = requests;
        this.orders = orders;
        this.clock = clock;
    }

    @Scheduled(every = "${sallyport.access.deadline-interval:5s}", concurrentExecution = ConcurrentExecution.SKIP)
    @RunOnVirtualThread
    void pass() {
        while (passed(REQUESTS, this::expire) == AT_ONCE) {
            // There are more.
        }
        while (passed(GRANTS, this::lapse) == AT_ONCE) {
            // There are more.
        }
    }

    private int passed(String query, Function<String, Uni<Void>> end) {
        Instant now = clock.instant();
        return transactions.call(() -> Panache.getSession()
                .chain(session -> session.createNativeQuery(query, String.class)
                        .setParameter("now", now.atOffset(ZoneOffset.UTC))
                        .setParameter("some", AT_ONCE)
                        .getResultList())
                .chain(ids -> each(ids, end).replaceWith(ids.size())));
    }

    private Uni<Void> expire(String id) {
        Instant now = clock.instant();
        return RequestRow.<RequestRow>findById(id)
                .chain(row -> row.decide(Command.EXPIRE, now) instanceof Decision.Become expired
                        ? requests.expire(row, expired, now)
                        : Uni.createFrom().voidItem());
    }

    private Uni<Void> lapse(String id) {
        return GrantRow.<GrantRow>findById(id).chain(orders::lapse);
    }

    private static Uni<Void> each(List<String> ids, Function<String, Uni<Void>> end) {
        return Multi.createFrom()
                .iterable(ids)
                .onItem()
                .transformToUniAndConcatenate(end::apply)
                .collect()
                .last()
                .replaceWithVoid();
    }
}
