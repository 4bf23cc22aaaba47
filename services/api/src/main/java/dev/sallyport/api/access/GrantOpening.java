package dev.sallyport.api.access;

import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Terms;
import dev.sallyport.api.targets.AccessTarget;
import dev.sallyport.api.targets.Targets;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Makes grants of requests that are approved, and has the broker open them. Each method is part of the caller's transaction. */
@ApplicationScoped
class GrantOpening {

    private final Targets targets;
    private final Outbox outbox;
    private final InstantSource clock;

    GrantOpening(Targets targets, Outbox outbox, InstantSource clock) {
        this.targets = targets;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** The grant that follows from an approval. @param atOnce whether it is activated too */
    Uni<GrantRow> make(RequestRow request, Terms terms, boolean atOnce) {
        Instant now = clock.instant();
        return target(request.target, request.role).chain(target -> {
            GrantRow grant = new GrantRow();
            grant.id = GrantId.next(clock).value();
            grant.requestId = request.id;
            grant.granteeSubject = request.requesterSubject;
            grant.granteeName = request.requesterName;
            grant.granteeEmail = request.requesterEmail;
            grant.target = request.target;
            grant.role = request.role;
            grant.engine = target.engine().label();
            grant.status = GrantStatus.APPROVED;
            grant.terms = request.terms;
            grant.breakglass = request.breakglass;
            grant.durationSeconds = request.durationSeconds;
            grant.activateBy = terms.rules().activationEnds(now).orElse(null);
            grant.createdAt = now;
            request.grantId = grant.id;
            return grant.<GrantRow>persist()
                    .call(() -> atOnce ? open(grant, target) : Uni.createFrom().voidItem());
        });
    }

    /** After the life of the grant allows it. */
    Uni<Void> open(GrantRow grant) {
        return target(grant.target, grant.role).chain(target -> open(grant, target));
    }

    private Uni<Void> open(GrantRow grant, AccessTarget target) {
        grant.status = GrantStatus.ACTIVATING;
        grant.attempts++;
        grant.failed = false;
        grant.message = "";
        GrantId id = new GrantId(grant.id);
        return targets.place(target)
                .invoke(place -> grant.transport = place.isPresent() ? GrantActivate.SSM : GrantActivate.DIRECT)
                .chain(place -> outbox.add(Event.of(
                        EventType.GRANT_ACTIVATE,
                        Ensure.SOURCE,
                        id,
                        clock.instant(),
                        new GrantActivate(
                                id,
                                new RequestId(grant.requestId),
                                grant.grantee(),
                                target.toGrantTarget(),
                                grant.transport,
                                place.orElse(null),
                                Duration.ofSeconds(grant.durationSeconds)))));
    }

    private Uni<AccessTarget> target(String database, String role) {
        return targets.find(RdsDatabaseId.parse(database), role)
                .map(found -> found.orElseThrow(() -> ProblemException.conflict(
                        "target_gone", "the role " + role + " in " + database + " is no longer there")));
    }
}
