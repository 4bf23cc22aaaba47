package dev.sallyport.api.access;

import dev.sallyport.api.access.RequestStatus.Command;
import dev.sallyport.api.access.RequestStatus.Decision;
import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Principals;
import dev.sallyport.api.rules.Rules;
import dev.sallyport.api.rules.Ruling;
import dev.sallyport.api.rules.Terms;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.api.workflows.Workflow.ApprovalStep;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What is decided on requests. Every method blocks. */
@ApplicationScoped
public class Requests {

    /** What a reviewer says. */
    public enum Verdict {
        APPROVE,
        DENY
    }

    private final Rules rules;
    private final Principals principals;
    private final Permission permission;
    private final Reviewers reviewers;
    private final StoredTerms terms;
    private final GrantOpening opening;
    private final AccessEvents events;
    private final MeterRegistry meters;
    private final InstantSource clock;

    Requests(
            Rules rules,
            Principals principals,
            Permission permission,
            Reviewers reviewers,
            StoredTerms terms,
            GrantOpening opening,
            AccessEvents events,
            MeterRegistry meters,
            InstantSource clock) {
        this.rules = rules;
        this.principals = principals;
        this.permission = permission;
        this.reviewers = reviewers;
        this.terms = terms;
        this.opening = opening;
        this.events = events;
        this.meters = meters;
        this.clock = clock;
    }

    /** @throws ProblemException 403 for one's own, 404, or 409 when it was decided on already, a moment ago even */
    public RequestView decide(Person person, String id, Verdict verdict, String comment) {
        try {
            return rules.call(ruling -> principals
                    .seen(person)
                    .chain(() -> toDecide(id))
                    .chain(row -> decide(ruling, person, row, verdict, comment)));
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            if (Constraints.violated(e).isPresent()) {
                throw ProblemException.conflict("already_decided", "somebody else decided on this request just now");
            }
            throw e;
        }
    }

    /** Takes one's own request back; one that was taken back already stays so. */
    public RequestView cancel(Person person, String id) {
        return rules.call(ruling -> visible(person, id).chain(row -> {
            if (!person.is(row.requester())) {
                throw ProblemException.forbidden("not_yours", "only its requester cancels a request: deny it instead");
            }
            return switch (row.decide(Command.CANCEL, clock.instant())) {
                case Decision.Become become -> {
                    row.become(become.next(), clock.instant(), person.subject(), "");
                    count("cancelled");
                    yield events.ended(row).chain(() -> view(row));
                }
                case Decision.Stay stay -> view(row);
                case Decision.Refuse refuse -> throw conflict(refuse);
            };
        }));
    }

    private Uni<RequestView> decide(Ruling ruling, Person person, RequestRow row, Verdict verdict, String comment) {
        if (person.is(row.requester())) {
            throw ProblemException.forbidden("own_request", "nobody decides on their own request: ask somebody else");
        }
        return permission
                .question(PolicyAction.APPROVE, person, reviewers.about(row))
                .chain(question -> {
                    Permission.refuse(ruling.ask(question));
                    return verdict == Verdict.DENY
                            ? deny(person, row, comment)
                            : approve(person, row, reviewers.stepsOf(row, question), comment);
                });
    }

    private Uni<RequestView> deny(Person person, RequestRow row, String comment) {
        return switch (row.decide(Command.DENY, clock.instant())) {
            case Decision.Become become -> {
                row.become(become.next(), clock.instant(), person.subject(), comment);
                count("denied");
                yield events.decided(row, person.grantee(), comment).chain(() -> view(row));
            }
            case Decision.Stay stay -> view(row);
            case Decision.Refuse refuse -> throw conflict(refuse);
        };
    }

    private Uni<RequestView> approve(Person person, RequestRow row, Set<String> steps, String comment) {
        Terms asked = terms.read(row.terms);
        if (row.status.decide(Command.REVIEW, row.expiresAt, clock.instant()) instanceof Decision.Refuse refuse) {
            throw conflict(refuse);
        }
        List<ApprovalStep> needed = reviewers.steps(row);
        if (!needed.isEmpty() && steps.isEmpty()) {
            throw ProblemException.forbidden(
                    "no_step",
                    "none of this request's approval steps is yours: "
                            + needed.stream().map(ApprovalStep::name).collect(Collectors.joining(", ")));
        }
        return ReviewRow.of(List.of(row.id)).chain(reviews -> {
            if (reviews.stream().anyMatch(review -> review.reviewerSubject.equals(person.subject()))) {
                throw ProblemException.conflict(
                        "already_reviewed", "you approved this request already: somebody else has to, too");
            }
            ReviewRow mine = ReviewRow.by(person.grantee(), row, steps, comment, clock.instant());
            List<ReviewRow> all = new ArrayList<>(reviews);
            all.add(mine);
            List<String> missing = RequestView.missing(asked, all);
            return mine.persist()
                    .chain(() -> missing.isEmpty()
                            ? approved(person, row, asked, comment)
                            : events.reviewed(row, person.grantee(), comment, missing))
                    .replaceWith(() -> RequestView.of(row, asked, all));
        });
    }

    private Uni<Void> approved(Person person, RequestRow row, Terms asked, String comment) {
        return switch (row.decide(Command.APPROVE, clock.instant())) {
            case Decision.Become become -> {
                row.become(become.next(), clock.instant(), person.subject(), comment);
                count("approved");
                yield opening.make(row, asked, asked.rules().activation() == Workflow.Activation.AUTOMATIC)
                        .chain(() -> events.decided(row, person.grantee(), comment));
            }
            case Decision.Stay stay -> Uni.createFrom().voidItem();
            case Decision.Refuse refuse -> throw conflict(refuse);
        };
    }

    private Uni<RequestView> view(RequestRow row) {
        return ReviewRow.of(List.of(row.id)).map(reviews -> RequestView.of(row, terms.read(row.terms), reviews));
    }

    /** The policies say who decides: whoever knows the id may try. */
    private static Uni<RequestRow> toDecide(String id) {
        return RequestRow.<RequestRow>findById(id, LockModeType.PESSIMISTIC_WRITE)
                .onItem()
                .ifNull()
                .failWith(() -> ProblemException.notFound("request", id));
    }

    private static Uni<RequestRow> visible(Person person, String id) {
        return toDecide(id).invoke(row -> {
            if (!(seesAll(person) || person.is(row.requester()))) {
                throw ProblemException.notFound("request", id);
            }
        });
    }

    static boolean seesAll(Person person) {
        return person.hasAny(Role.APPROVER, Role.ADMIN, Role.AUDITOR);
    }

    private void count(String decision) {
        meters.counter("sallyport.access.decisions", "decision", decision).increment();
    }

    private static ProblemException conflict(Decision.Refuse refuse) {
        return ProblemException.conflict(refuse.code(), refuse.why());
    }
}
