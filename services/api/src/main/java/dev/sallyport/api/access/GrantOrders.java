package dev.sallyport.api.access;

import dev.sallyport.api.access.GrantLife.Command;
import dev.sallyport.api.access.GrantLife.Decision;
import dev.sallyport.api.access.GrantLife.Effect;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the broker is told to do with a grant. The grant's row is locked; each method is part of the caller's transaction. */
@ApplicationScoped
class GrantOrders {

    private final GrantOpening opening;
    private final StoredTerms terms;
    private final AccessEvents events;
    private final Outbox outbox;
    private final InstantSource clock;

    GrantOrders(GrantOpening opening, StoredTerms terms, AccessEvents events, Outbox outbox, InstantSource clock) {
        this.opening = opening;
        this.terms = terms;
        this.events = events;
        this.outbox = outbox;
        this.clock = clock;
    }

    Uni<Void> activate(GrantRow row) {
        return switch (decide(row, new Command.Activate())) {
            case Decision.Become become -> opening.open(row);
            case Decision.Stay stay -> Uni.createFrom().voidItem();
            case Decision.Refuse refuse -> throw conflict(refuse);
        };
    }

    /** @param wanted by as much as the workflow allows when it is empty */
    Uni<Void> extend(GrantRow row, Optional<Duration> wanted, Person person) {
        Workflow.Extension allowed = terms.read(row.terms).rules().extension();
        Duration by = wanted.orElse(Duration.ofSeconds(allowed == null ? 0 : allowed.durationSeconds()));
        return switch (decide(row, new Command.Extend(by))) {
            case Decision.Become become -> {
                row.extensions++;
                row.extendedUntil = row.ends().orElse(clock.instant()).plus(by);
                GrantId id = new GrantId(row.id);
                yield outbox.add(Event.of(
                        EventType.GRANT_EXTEND,
                        Ensure.SOURCE,
                        id,
                        clock.instant(),
                        new GrantExtend(id, row.extensions, by, person.subject())));
            }
            case Decision.Stay stay -> Uni.createFrom().voidItem();
            case Decision.Refuse refuse -> throw conflict(refuse);
        };
    }

    Uni<Void> close(GrantRow row, Command command, Person person) {
        return end(row, command, person.is(row.grantee()) ? "closed" : "revoked", person.subject());
    }

    /** One that is ending or has ended stays as it is. */
    Uni<Void> end(GrantRow row, Command command, String reason, @Nullable String by) {
        if (!(decide(row, command) instanceof Decision.Become become)) {
            return Uni.createFrom().voidItem();
        }
        Instant now = clock.instant();
        row.status = become.next();
        row.closeReason = reason;
        row.closedBy = by;
        if (become.effect() == Effect.NONE) {
            row.closedAt = now;
            // The broker, which tells of all other ends, never heard of it.
            return events.notBegun(row);
        }
        GrantId id = new GrantId(row.id);
        return outbox.add(Event.of(
                EventType.GRANT_CLOSE,
                Ensure.SOURCE,
                id,
                now,
                new GrantClose(
                        id,
                        reason.equals(GrantRow.NOT_ACTIVATED) ? "closed" : reason,
                        by == null ? Ensure.SOURCE : by,
                        become.effect() == Effect.FORCE_CLOSE)));
    }

    /** When it was not activated in time. */
    Uni<Void> lapse(GrantRow row) {
        return decide(row, new Command.Lapse()) instanceof Decision.Become
                ? end(row, new Command.Lapse(), GrantRow.NOT_ACTIVATED, null)
                : Uni.createFrom().voidItem();
    }

    private Decision decide(GrantRow row, Command command) {
        return row.life(terms.read(row.terms)).decide(command, clock.instant());
    }

    private static ProblemException conflict(Decision.Refuse refuse) {
        return ProblemException.conflict(refuse.code(), refuse.why());
    }
}
