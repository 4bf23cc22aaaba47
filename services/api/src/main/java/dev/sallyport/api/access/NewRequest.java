package dev.sallyport.api.access;

import dev.sallyport.api.access.Ensure.Case;
import dev.sallyport.api.access.Ensure.Item;
import dev.sallyport.api.access.Ensure.Outcome;
import dev.sallyport.api.access.RequestStatus.Command;
import dev.sallyport.api.access.RequestStatus.Decision;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Terms;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.RequestId;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Asks anew, or finds what was asked. Each method is part of the caller's transaction. */
@ApplicationScoped
class NewRequest {

    private static final Logger LOG = Logger.getLogger(NewRequest.class);

    private final AccessConfig config;
    private final GrantOpening opening;
    private final AccessEvents events;
    private final MeterRegistry meters;

    NewRequest(AccessConfig config, GrantOpening opening, AccessEvents events, MeterRegistry meters) {
        this.config = config;
        this.opening = opening;
        this.events = events;
        this.meters = meters;
    }

    /** There is neither an open request nor a live grant. */
    Uni<Item> make(Case asked) {
        Duration duration = duration(asked);
        boolean atOnce = asked.wish().breakglass() || !asked.terms().rules().approvalRequired();
        requireGlass(asked);
        if (asked.wish().dryRun()) {
            return Uni.createFrom().item(asked.item(atOnce ? Outcome.WILL_ACTIVATE : Outcome.WILL_REQUEST, null, null));
        }
        asked.wish().justification().flaw(asked.terms().rules()).ifPresent(flaw -> {
            throw ProblemException.badRequest(flaw.code(), flaw.why());
        });
        RequestRow row = row(asked, duration);
        return row.<RequestRow>persist()
                .chain(() -> events.requested(row, asked.terms().workflow(), atOnce))
                .chain(() -> atOnce
                        ? openAtOnce(asked, row)
                        : Uni.createFrom().item(asked.item(Outcome.REQUESTED, row.id, null)));
    }

    /** There is an open request. Empty when its time was over: then there is none any more. */
    Uni<Optional<Item>> open(Case asked, RequestRow row) {
        Instant now = asked.clock().instant();
        if (row.decide(Command.EXPIRE, now) instanceof Decision.Become expired) {
            return asked.wish().dryRun()
                    ? Uni.createFrom().item(Optional.empty())
                    : expire(row, expired, now).replaceWith(Optional.empty());
        }
        if (!asked.wish().breakglass()) {
            return Uni.createFrom().item(Optional.of(asked.item(Outcome.PENDING, row.id, null)));
        }
        requireGlass(asked);
        if (asked.wish().dryRun()) {
            return Uni.createFrom().item(Optional.of(asked.item(Outcome.WILL_ACTIVATE, row.id, null)));
        }
        row.breakglass = true;
        row.reason = asked.wish().justification().reason();
        return openAtOnce(asked, row).map(Optional::of);
    }

    /** Nobody decided in time. */
    Uni<Void> expire(RequestRow row, Decision.Become expired, Instant now) {
        row.become(expired.next(), now, null, "");
        meters.counter("sallyport.access.decisions", "decision", "expired").increment();
        return events.ended(row);
    }

    /** Who breaks the glass must be allowed to, and say why. */
    private static void requireGlass(Case asked) {
        if (!asked.wish().breakglass()) {
            return;
        }
        asked.require(PolicyAction.BREAKGLASS_ACTIVATE);
        if (!asked.wish().dryRun() && asked.wish().justification().reason().isEmpty()) {
            throw ProblemException.badRequest(
                    "reason_required", "an emergency has a reason: say it in `reason`, it will be read");
        }
    }

    private Uni<Item> openAtOnce(Case asked, RequestRow row) {
        Instant now = asked.clock().instant();
        return switch (row.decide(Command.UNATTENDED, now)) {
            case Decision.Become become -> {
                row.become(become.next(), now, null, "");
                yield opening.make(row, asked.terms(), true)
                        .call(() -> row.breakglass ? broken(row) : approvedByWorkflow(row))
                        .map(grant -> asked.item(Outcome.ACTIVATED, row.id, grant.id));
            }
            case Decision.Stay stay -> Uni.createFrom().item(asked.item(Outcome.PENDING, row.id, null));
            case Decision.Refuse refuse -> throw ProblemException.conflict(refuse.code(), refuse.why());
        };
    }

    private Uni<Void> broken(RequestRow row) {
        LOG.warnf("%s broke the glass: %s in %s, request %s", row.requesterName, row.role, row.target, row.id);
        meters.counter("sallyport.access.decisions", "decision", "breakglass").increment();
        return events.glassBroken(row);
    }

    private Uni<Void> approvedByWorkflow(RequestRow row) {
        meters.counter("sallyport.access.decisions", "decision", "unattended").increment();
        Grantee workflow = new Grantee(Ensure.SOURCE, "the workflow", "");
        return events.decided(row, workflow, "the workflow asks for no approval");
    }

    private Duration duration(Case asked) {
        Terms terms = asked.terms();
        Duration duration =
                asked.wish().duration().orElse(Duration.ofSeconds(terms.rules().defaultDurationSeconds()));
        if (duration.compareTo(config.minDuration()) < 0
                || duration.compareTo(terms.rules().accessDuration()) > 0) {
            throw ProblemException.badRequest(
                    "invalid_duration",
                    "duration_seconds is from " + config.minDuration().toSeconds() + " to "
                            + terms.rules().accessDurationSeconds() + " by the workflow " + terms.workflow());
        }
        return duration;
    }

    private static RequestRow row(Case asked, Duration duration) {
        Instant now = asked.clock().instant();
        Grantee requester = asked.person().grantee();
        RequestRow row = new RequestRow();
        row.id = RequestId.next(asked.clock()).value();
        row.requesterSubject = requester.subject();
        row.requesterName = requester.name();
        row.requesterEmail = requester.email();
        row.target = asked.resource().target().toString();
        row.role = asked.resource().role();
        row.reason = asked.wish().justification().reason();
        row.ticket = asked.wish().justification().ticket();
        row.breakglass = asked.wish().breakglass();
        row.durationSeconds = duration.toSeconds();
        row.status = RequestStatus.REQUESTED;
        row.terms = StoredTerms.write(asked.terms());
        row.createdAt = now;
        row.expiresAt = asked.terms().rules().requestEnds(now).orElse(null);
        return row;
    }
}
