package dev.sallyport.broker.identitycenter;

import dev.sallyport.broker.grant.Command;
import dev.sallyport.broker.grant.Grants;
import dev.sallyport.broker.identitycenter.Outcome.Again;
import dev.sallyport.broker.identitycenter.Outcome.Failed;
import dev.sallyport.broker.identitycenter.Outcome.Next;
import dev.sallyport.broker.identitycenter.Outcome.Reached;
import dev.sallyport.kernel.GrantId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** The provisionings. What ends one is told to its grant in the same transaction; the grant's row is locked first. */
@ApplicationScoped
class Provisionings implements PanacheRepositoryBase<ProvisioningRow, String> {

    /**
     * One at a time, those that take down first; a step that needs the account to itself waits for it, unless it waited too long
     * and is to be given up.
     */
    private static final String DUE = """
            SELECT p.* FROM provisionings p
            WHERE p.next_at <= :now AND (p.leased_until IS NULL OR p.leased_until <= :now)
              AND (p.holds_account OR p.step NOT IN ('ASSIGN', 'AWAIT_ASSIGNMENT', 'SETTLE', 'UNASSIGN', 'AWAIT_UNASSIGNMENT')
                OR (p.goal = 'UP' AND p.begun_at <= :given_up)
                OR NOT EXISTS (SELECT FROM provisionings o WHERE o.account_id = p.account_id AND o.holds_account))
            ORDER BY p.goal, p.next_at LIMIT 1 FOR UPDATE SKIP LOCKED
            """;

    private final Grants grants;
    private final IdentityCenterConfig config;
    private final ProvisioningMeters meters;
    private final InstantSource clock;

    Provisionings(Grants grants, IdentityCenterConfig config, ProvisioningMeters meters, InstantSource clock) {
        this.grants = grants;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
    }

    /** A step to take, by whoever has this lease. */
    record Task(String grantId, Goal goal, Step step, Plan plan, int round, int attempts, boolean late) {}

    /** Within the transaction that is open. */
    Uni<Void> begin(Plan wish) {
        return locked(wish.grantId()).chain(row -> {
            if (row == null) {
                return persist(ProvisioningRow.of(wish, Goal.UP, Step.FIND_USER, now()))
                        .replaceWithVoid();
            }
            // What an earlier activation left is being taken down: it is used again.
            row.know(wish.knowing(row.plan()));
            row.begin(Goal.UP, Step.FIND_USER, now());
            return Uni.createFrom().voidItem();
        });
    }

    /** Within the transaction that is open; true when there is nothing to take down. */
    Uni<Boolean> end(String grantId) {
        return locked(grantId).chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(true);
            }
            if (untouched(row)) {
                return delete(row).replaceWith(true);
            }
            if (row.goal == Goal.UP) {
                row.begin(Goal.DOWN, Step.FIND_SET, now());
            }
            return Uni.createFrom().item(false);
        });
    }

    /** Within the transaction that is open. */
    Uni<Void> forget(String grantId) {
        return deleteById(grantId).replaceWithVoid();
    }

    /** The next step to take, leased; empty when there is none, or when another replica took the account just before us. */
    Uni<Optional<Task>> claim(String lease) {
        Instant now = now();
        return Panache.withTransaction(() -> Panache.getSession()
                        .chain(session -> session.createNativeQuery(DUE, ProvisioningRow.class)
                                .setParameter("now", now)
                                .setParameter("given_up", now.minus(config.activationDeadline()))
                                .getResultList())
                        .map(due -> due.stream().findFirst().map(row -> claim(row, lease, now))))
                .onFailure(Provisionings::isTaken)
                .recoverWithItem(Optional::empty);
    }

    private Task claim(ProvisioningRow row, String lease, Instant now) {
        boolean late = row.goal == Goal.UP && !now.isBefore(row.begunAt.plus(config.activationDeadline()));
        row.lease = lease;
        row.leasedUntil = now.plus(config.lease());
        row.holdsAccount = row.holdsAccount || (row.step.needsAccount() && !late);
        return new Task(row.grantId, row.goal, row.step, row.plan(), row.round, row.attempts, late);
    }

    /** For as long as their steps take. */
    Uni<Void> renew(String lease) {
        return Panache.withTransaction(
                        () -> update("leasedUntil = ?1 where lease = ?2", now().plus(config.lease()), lease))
                .replaceWithVoid();
    }

    /** Lets others have at once what we did not finish. */
    Uni<Void> release(String lease) {
        return Panache.withTransaction(() -> update("lease = null, leasedUntil = null where lease = ?1", lease))
                .replaceWithVoid();
    }

    /** Stores what became of a step, unless somebody else has it by now. */
    Uni<Void> settle(Task task, String lease, Outcome outcome) {
        return Panache.withTransaction(() -> grants.learn(
                new GrantId(task.grantId()),
                () -> locked(task.grantId())
                        .chain(row -> row == null || !lease.equals(row.lease)
                                ? Uni.createFrom().item(Optional.<Command>empty())
                                : settle(row, task, outcome))));
    }

    private Uni<Optional<Command>> settle(ProvisioningRow row, Task task, Outcome outcome) {
        row.lease = null;
        row.leasedUntil = null;
        if (row.round != task.round()) {
            row.know(row.plan().knowing(outcome.plan()));
            return nothing();
        }
        row.know(outcome.plan());
        Instant now = now();
        return switch (outcome) {
            case Next next -> {
                row.go(next.step(), now);
                yield nothing();
            }
            case Again again -> {
                row.again(again.step(), again.why(), now.plus(config.pause(again.step(), row.attempts)));
                yield nothing();
            }
            case Failed failed -> fail(row, failed.message(), now);
            case Reached reached -> reach(row, now);
        };
    }

    /** Only what goes up can fail. */
    private Uni<Optional<Command>> fail(ProvisioningRow row, String message, Instant now) {
        meters.ended(row.goal, "failed", Duration.between(row.begunAt, now));
        Command told = new Command.NotSetUp(message);
        if (row.step == Step.FIND_USER && row.plan().setArn() == null) {
            return delete(row).replaceWith(Optional.of(told));
        }
        row.holdsAccount = false;
        row.begin(Goal.DOWN, Step.FIND_SET, now);
        return Uni.createFrom().item(Optional.of(told));
    }

    private Uni<Optional<Command>> reach(ProvisioningRow row, Instant now) {
        meters.ended(row.goal, "done", Duration.between(row.begunAt, now));
        if (row.goal == Goal.UP) {
            row.stand();
            return Uni.createFrom().item(Optional.of(new Command.SetUp()));
        }
        return delete(row).replaceWith(Optional.of(new Command.TakenDown()));
    }

    /** Those of {@code ids} that somebody sees to. */
    Uni<Set<String>> inHand(Collection<String> ids) {
        return Panache.withSession(() -> list("grantId in ?1", ids))
                .map(rows -> rows.stream().map(row -> row.grantId).collect(Collectors.toUnmodifiableSet()));
    }

    /** Takes down what belongs to no grant, unless that is being done. */
    Uni<Boolean> clear(Plan orphan) {
        return Panache.withTransaction(() -> locked(orphan.grantId())
                        .chain(row -> row != null
                                ? Uni.createFrom().item(false)
                                : persist(ProvisioningRow.of(orphan, Goal.DOWN, Step.SETTLE, now()))
                                        .replaceWith(true)))
                .onFailure(Provisionings::isTaken)
                .recoverWithItem(false);
    }

    /** How many are under way. */
    Uni<Long> underWay() {
        return Panache.withSession(() -> count("nextAt is not null"));
    }

    private Uni<ProvisioningRow> locked(String grantId) {
        return findById(grantId, LockModeType.PESSIMISTIC_WRITE);
    }

    /** Whether no call has been made that could have left something. */
    private static boolean untouched(ProvisioningRow row) {
        return row.step == Step.FIND_USER && row.lease == null && row.plan().setArn() == null;
    }

    /** Two replicas wanted the same account, or the same orphan; the database let one of them. */
    private static boolean isTaken(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConstraintViolationException) {
                return true;
            }
        }
        return false;
    }

    private static Uni<Optional<Command>> nothing() {
        return Uni.createFrom().item(Optional.empty());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
