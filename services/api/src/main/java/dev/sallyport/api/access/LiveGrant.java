package dev.sallyport.api.access;

import dev.sallyport.api.access.Ensure.Case;
import dev.sallyport.api.access.Ensure.Item;
import dev.sallyport.api.access.Ensure.Outcome;
import dev.sallyport.api.access.GrantLife.Command;
import dev.sallyport.api.access.GrantLife.Decision;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.workflows.Workflow;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What asking again does for a grant that is there: activates it, lets it last longer, or nothing. Part of the caller's transaction. */
@ApplicationScoped
class LiveGrant {

    /** How often the broker is told to activate a grant, over all. */
    static final int MAX_ATTEMPTS = 5;

    /** Who asks again for an hour a moment later already has an hour. */
    private static final Duration NEARLY = Duration.ofMinutes(1);

    private final GrantOrders orders;
    private final StoredTerms terms;

    LiveGrant(GrantOrders orders, StoredTerms terms) {
        this.orders = orders;
        this.terms = terms;
    }

    /** Empty when the grant was not activated in time: then it is none any more. */
    Uni<Optional<Item>> of(Case asked, GrantRow row) {
        return switch (row.status) {
            case APPROVED -> approved(asked, row);
            case ACTIVATING, CLOSING, CLOSED -> item(asked, row, Outcome.PENDING, "");
            case ACTIVE -> active(asked, row);
        };
    }

    private Uni<Optional<Item>> approved(Case asked, GrantRow row) {
        boolean dryRun = asked.wish().dryRun();
        if (life(row).decide(new Command.Lapse(), asked.clock().instant()) instanceof Decision.Become) {
            return dryRun
                    ? Uni.createFrom().item(Optional.empty())
                    : orders.lapse(row).replaceWith(Optional.empty());
        }
        if (row.failed && row.attempts >= MAX_ATTEMPTS) {
            return item(asked, row, Outcome.PROVISIONING_FAILED, row.message);
        }
        if (dryRun) {
            return item(asked, row, row.failed ? Outcome.PROVISIONING_FAILED : Outcome.WILL_ACTIVATE, row.message);
        }
        asked.require(PolicyAction.ACTIVATE);
        return orders.activate(row).chain(() -> item(asked, row, Outcome.ACTIVATED, ""));
    }

    private Uni<Optional<Item>> active(Case asked, GrantRow row) {
        Instant now = asked.clock().instant();
        Duration rest = row.ends().map(end -> Duration.between(now, end)).orElse(Duration.ZERO);
        Duration more =
                asked.wish().duration().map(wanted -> wanted.minus(rest)).orElse(Duration.ZERO);
        if (more.compareTo(NEARLY) < 0) {
            return item(asked, row, Outcome.ACTIVE, "");
        }
        Duration by = mostOf(row, more);
        if (life(row).decide(new Command.Extend(by), now) instanceof Decision.Refuse refuse) {
            return item(asked, row, Outcome.ACTIVE, "it does not last longer: " + refuse.why());
        }
        if (asked.wish().dryRun()) {
            return asked.ruling().look(asked.question(PolicyAction.EXTEND)).allowed()
                    ? item(asked, row, Outcome.WILL_EXTEND, "")
                    : item(asked, row, Outcome.ACTIVE, "the policies do not let you extend it");
        }
        asked.require(PolicyAction.EXTEND);
        return orders.extend(row, Optional.of(by), asked.person()).chain(() -> item(asked, row, Outcome.EXTENDED, ""));
    }

    /** As much of it as the workflow allows at once. */
    private Duration mostOf(GrantRow row, Duration more) {
        Workflow.Extension extension = terms.read(row.terms).rules().extension();
        return extension == null || more.toSeconds() <= extension.durationSeconds()
                ? more
                : Duration.ofSeconds(extension.durationSeconds());
    }

    private GrantLife life(GrantRow row) {
        return row.life(terms.read(row.terms));
    }

    private static Uni<Optional<Item>> item(Case asked, GrantRow row, Outcome outcome, String message) {
        return Uni.createFrom().item(Optional.of(asked.item(outcome, row.requestId, row.id, message)));
    }
}
