package dev.sallyport.api.access;

import dev.sallyport.api.access.AccessPolicy.Answer;
import dev.sallyport.api.access.AccessPolicy.Person;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.outbox.Inbox;
import dev.sallyport.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.List;

/** Grants, as far as the api knows them. What is not a {@link Uni} blocks. */
@ApplicationScoped
public class Grants {

    private final Transactions transactions;
    private final AccessPolicy policy;
    private final Inbox inbox;
    private final Outbox outbox;
    private final InstantSource clock;

    Grants(Transactions transactions, AccessPolicy policy, Inbox inbox, Outbox outbox, InstantSource clock) {
        this.transactions = transactions;
        this.policy = policy;
        this.inbox = inbox;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** What the person may see, the newest first. */
    public Page<GrantView> page(Person person, PageQuery query) {
        String after = query.after().orElse("gra_~");
        return transactions.call(() -> {
            PanacheQuery<GrantRow> found = Requests.seesAll(person)
                    ? GrantRow.find("id < ?1 order by id desc", after)
                    : GrantRow.find(
                            "granteeSubject = ?2 and id < ?1 order by id desc",
                            after,
                            person.grantee().subject());
            return found.range(0, query.limit()).list().map(rows -> Page.of(rows, query, row -> row.id, GrantView::of));
        });
    }

    /** @throws ProblemException 404, also for what the person may not see */
    public GrantView get(Person person, String id) {
        return GrantView.of(transactions.call(() -> visible(person, id)));
    }

    /** Asks the broker to end it; a grant that is ending or has ended stays as it is. */
    public GrantView close(Person person, String id) {
        return transactions.call(() -> visible(person, id).chain(row -> {
            if (policy.close(person, row.grantee()) instanceof Answer.Denied denied) {
                throw ProblemException.forbidden(denied.code(), denied.why());
            }
            if (row.status.closing() == row.status) {
                return Uni.createFrom().item(GrantView.of(row));
            }
            return closing(
                            row,
                            person.is(row.grantee()) ? "closed" : "revoked",
                            person.grantee().subject())
                    .replaceWith(() -> GrantView.of(row));
        }));
    }

    /** The grants that somebody may use, or soon will, on any database of the instance. Part of the caller's transaction. */
    public Uni<List<GrantView>> liveIn(RdsArn instance) {
        return liveRows(instance, LockModeType.NONE)
                .map(rows -> rows.stream().map(GrantView::of).toList());
    }

    /** Asks the broker to end all of these. Part of the caller's transaction. */
    public Uni<Void> revokeAllIn(RdsArn instance, String by) {
        return liveRows(instance, LockModeType.PESSIMISTIC_WRITE)
                .toMulti()
                .onItem()
                .<GrantRow>disjoint()
                .onItem()
                .transformToUniAndConcatenate(row -> closing(row, "revoked", by))
                .collect()
                .last()
                .replaceWithVoid();
    }

    private static Uni<List<GrantRow>> liveRows(RdsArn instance, LockModeType lock) {
        // An ARN holds none of the characters that LIKE knows.
        return GrantRow.<GrantRow>find("target like ?1 and status in ?2 order by id", instance + "/%", GrantStatus.LIVE)
                .withLock(lock)
                .list();
    }

    private Uni<Void> closing(GrantRow row, String reason, String by) {
        row.status = row.status.closing();
        row.closeReason = reason;
        row.closedBy = by;
        GrantId grant = new GrantId(row.id);
        return outbox.add(Event.of(
                EventType.GRANT_CLOSE,
                Ensure.SOURCE,
                grant,
                clock.instant(),
                new GrantClose(grant, reason, by, false)));
    }

    /** Takes note of the broker's view. Part of the caller's transaction. */
    Uni<Void> told(Event<GrantProgressed> event) {
        return inbox.firstSight(event.id())
                .chain(first -> first
                        ? GrantRow.<GrantRow>findById(event.data().grantId().value(), LockModeType.PESSIMISTIC_WRITE)
                                .invoke(row -> {
                                    if (row != null) {
                                        row.told(event.data());
                                    }
                                })
                                .replaceWithVoid()
                        : Uni.createFrom().voidItem());
    }

    private static Uni<GrantRow> visible(Person person, String id) {
        return GrantRow.<GrantRow>findById(id, LockModeType.PESSIMISTIC_WRITE).map(row -> {
            if (row == null || !(Requests.seesAll(person) || person.is(row.grantee()))) {
                throw ProblemException.notFound("grant", id);
            }
            return row;
        });
    }
}
