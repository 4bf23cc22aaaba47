package dev.sallyport.api.access;

import dev.sallyport.api.access.GrantLife.Command;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Rules;
import dev.sallyport.api.rules.Ruling;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.outbox.Inbox;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Grants, as far as the api knows them. What is not a {@link Uni} blocks. */
@ApplicationScoped
public class Grants {

    private final Transactions transactions;
    private final Rules rules;
    private final Permission permission;
    private final GrantOrders orders;
    private final StoredTerms terms;
    private final Inbox inbox;
    private final InstantSource clock;

    Grants(
            Transactions transactions,
            Rules rules,
            Permission permission,
            GrantOrders orders,
            StoredTerms terms,
            Inbox inbox,
            InstantSource clock) {
        this.transactions = transactions;
        this.rules = rules;
        this.permission = permission;
        this.orders = orders;
        this.terms = terms;
        this.inbox = inbox;
        this.clock = clock;
    }

    /** What the person may see, the newest first. */
    public Page<GrantView> page(Person person, PageQuery query) {
        String after = query.after().orElse("gra_~");
        return transactions.call(() -> {
            PanacheQuery<GrantRow> found = Requests.seesAll(person)
                    ? GrantRow.find("id < ?1 order by id desc", after)
                    : GrantRow.find("granteeSubject = ?2 and id < ?1 order by id desc", after, person.subject());
            return found.range(0, query.limit()).list().map(rows -> Page.of(rows, query, row -> row.id, this::view));
        });
    }

    /** @throws ProblemException 404, also for what the person may not see */
    public GrantView get(Person person, String id) {
        return transactions.call(() -> visible(person, id).map(this::view));
    }

    /** Has the broker open it, also when that failed before; one that is open or about to be stays as it is. */
    public GrantView activate(Person person, String id) {
        return change(person, id, PolicyAction.ACTIVATE, row -> orders.activate(row));
    }

    /**
     * Lets it last longer.
     *
     * @param by as long as the workflow allows when it is empty
     * @param extension which extension this is to be, counted from 1: one that was made already is not made again; empty for the next
     */
    public GrantView extend(Person person, String id, Optional<Duration> by, Optional<Integer> extension) {
        return change(
                person,
                id,
                PolicyAction.EXTEND,
                row -> extension.isPresent() && extension.get() <= row.extensions
                        ? Uni.createFrom().voidItem()
                        : orders.extend(row, by, person));
    }

    /** Asks the broker to end it; a grant that is ending or has ended stays as it is. */
    public GrantView close(Person person, String id) {
        return change(person, id, PolicyAction.CLOSE, row -> orders.close(row, new Command.Close(), person));
    }

    /** Ends it although its way cannot be taken down now. */
    public GrantView forceClose(Person person, String id) {
        return change(person, id, PolicyAction.FORCE_CLOSE, row -> orders.close(row, new Command.ForceClose(), person));
    }

    private interface Change {
        Uni<Void> of(GrantRow row);
    }

    private GrantView change(Person person, String id, PolicyAction action, Change change) {
        return rules.call(ruling -> visible(person, id)
                .chain(row -> allowed(ruling, action, person, row)
                        .chain(() -> change.of(row))
                        .replaceWith(() -> view(row))));
    }

    private Uni<Void> allowed(Ruling ruling, PolicyAction action, Person person, GrantRow row) {
        return permission.require(
                ruling,
                action,
                person,
                new Permission.About(
                        row.target,
                        row.role,
                        row.engine,
                        row.grantee(),
                        terms.read(row.terms).workflow(),
                        "",
                        ""));
    }

    /** The grants that somebody may use, or soon will, on any database of the instance. Part of the caller's transaction. */
    public Uni<List<GrantView>> liveIn(RdsArn instance) {
        return liveRows(instance, LockModeType.NONE)
                .map(rows -> rows.stream().map(this::view).toList());
    }

    /** Asks the broker to end all of these. Part of the caller's transaction. */
    public Uni<Void> revokeAllIn(RdsArn instance, String by) {
        return liveRows(instance, LockModeType.PESSIMISTIC_WRITE)
                .toMulti()
                .onItem()
                .<GrantRow>disjoint()
                .onItem()
                .transformToUniAndConcatenate(row -> orders.end(row, new Command.Close(), "revoked", by))
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

    /** Takes note of the broker's view. Part of the caller's transaction. */
    Uni<Void> told(Event<GrantProgressed> event) {
        return inbox.firstSight(event.id())
                .chain(first -> first
                        ? GrantRow.<GrantRow>findById(event.data().grantId().value(), LockModeType.PESSIMISTIC_WRITE)
                                .invoke(row -> {
                                    if (row != null) {
                                        row.told(event.data(), row.life(terms.read(row.terms)), clock.instant());
                                    }
                                })
                                .replaceWithVoid()
                        : Uni.createFrom().voidItem());
    }

    private GrantView view(GrantRow row) {
        return GrantView.of(row, terms.read(row.terms));
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
