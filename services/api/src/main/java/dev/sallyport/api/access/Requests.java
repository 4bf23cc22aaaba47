package dev.sallyport.api.access;

import dev.sallyport.api.access.AccessPolicy.Answer;
import dev.sallyport.api.access.AccessPolicy.Person;
import dev.sallyport.api.access.RequestStatus.Decision;
import dev.sallyport.api.access.RequestStatus.Verdict;
import dev.sallyport.api.connections.Connection;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.access.AccessDecided;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.PanacheQuery;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.OptimisticLockException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.hibernate.StaleStateException;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** Requests and what is decided on them. Every method blocks. */
@ApplicationScoped
public class Requests {

    private final Transactions transactions;
    private final AccessPolicy policy;
    private final AccessConfig config;
    private final Connections connections;
    private final Outbox outbox;
    private final InstantSource clock;

    Requests(
            Transactions transactions,
            AccessPolicy policy,
            AccessConfig config,
            Connections connections,
            Outbox outbox,
            InstantSource clock) {
        this.transactions = transactions;
        this.policy = policy;
        this.config = config;
        this.connections = connections;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** What the person may see, the newest first: their own, and everybody's for those who decide or audit. */
    public Page<RequestView> page(Person person, PageQuery query) {
        // Behind every id there is.
        String after = query.after().orElse("req_~");
        return transactions.call(() -> {
            PanacheQuery<RequestRow> found = seesAll(person)
                    ? RequestRow.find("id < ?1 order by id desc", after)
                    : RequestRow.find(
                            "requesterSubject = ?2 and id < ?1 order by id desc",
                            after,
                            person.grantee().subject());
            return found.range(0, query.limit())
                    .list()
                    .map(rows -> Page.of(rows, query, row -> row.id, RequestView::of));
        });
    }

    /** @throws ProblemException 404, also for what the person may not see */
    public RequestView get(Person person, String id) {
        return RequestView.of(transactions.call(() -> visible(person, id)));
    }

    /** @throws ProblemException 403 for one's own, 404, or 409 when it was decided on already, a moment ago even */
    public RequestView decide(Person person, String id, Verdict verdict, String comment) {
        try {
            return transactions.call(() -> visible(person, id).chain(row -> decide(person, row, verdict, comment)));
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            if (somebodyWasFaster(e)) {
                throw ProblemException.conflict("already_decided", "somebody else decided on this request just now");
            }
            throw e;
        }
    }

    private Uni<RequestView> decide(Person person, RequestRow row, Verdict verdict, String comment) {
        if (policy.decide(person, row.requester()) instanceof Answer.Denied denied) {
            throw ProblemException.forbidden(denied.code(), denied.why());
        }
        return switch (row.status.decide(verdict)) {
            case Decision.Refuse refuse -> throw ProblemException.conflict(refuse.code(), refuse.why());
            case Decision.Become become -> {
                row.status = become.next();
                row.decidedAt = clock.instant();
                row.decidedBy = person.grantee().subject();
                row.comment = comment;
                yield (become.next() == RequestStatus.APPROVED
                                ? grant(row)
                                : Uni.createFrom().voidItem())
                        .chain(() -> tell(person, row, comment))
                        .replaceWith(() -> RequestView.of(row));
            }
        };
    }

    /** The grant and its activation are one transaction with the approval. */
    private Uni<Void> grant(RequestRow row) {
        RdsDatabaseId target = RdsDatabaseId.parse(row.target);
        return connections.find(target, row.role).chain(found -> {
            Connection connection = found.orElseThrow(() -> ProblemException.conflict(
                    "target_gone",
                    "the role " + row.role + " in " + row.target + " is no longer there: deny the request"));
            GrantId id = GrantId.next(clock);
            row.grantId = id.value();
            GrantRow grant = new GrantRow();
            grant.id = id.value();
            grant.requestId = row.id;
            grant.granteeSubject = row.requesterSubject;
            grant.granteeName = row.requesterName;
            grant.granteeEmail = row.requesterEmail;
            grant.target = row.target;
            grant.role = row.role;
            grant.engine = connection.engine().label();
            grant.status = GrantStatus.APPROVED;
            grant.createdAt = clock.instant();
            GrantActivate activate = new GrantActivate(
                    id,
                    new RequestId(row.id),
                    row.requester(),
                    new GrantTarget(
                            target,
                            connection.engine(),
                            connection.readerHost().orElse(connection.host()),
                            connection.port(),
                            connection.role(),
                            connection.databaseUser(),
                            connection.secret()),
                    config.transport(),
                    null,
                    Duration.ofSeconds(row.durationSeconds));
            return grant.persist()
                    .chain(() -> outbox.add(
                            Event.of(EventType.GRANT_ACTIVATE, Ensure.SOURCE, id, clock.instant(), activate)));
        });
    }

    private Uni<Void> tell(Person person, RequestRow row, String comment) {
        RequestId id = new RequestId(row.id);
        Instant now = clock.instant();
        return outbox.add(Event.of(
                row.status == RequestStatus.APPROVED ? EventType.ACCESS_APPROVED : EventType.ACCESS_DENIED,
                Ensure.SOURCE,
                id,
                now,
                new AccessDecided(
                        id,
                        Optional.ofNullable(row.grantId).map(GrantId::new).orElse(null),
                        row.requester(),
                        person.grantee(),
                        RdsDatabaseId.parse(row.target),
                        row.role,
                        comment,
                        now)));
    }

    private static Uni<RequestRow> visible(Person person, String id) {
        return RequestRow.<RequestRow>findById(id).map(row -> {
            if (row == null || !(seesAll(person) || person.is(row.requester()))) {
                throw ProblemException.notFound("request", id);
            }
            return row;
        });
    }

    static boolean seesAll(Person person) {
        return person.hasAny(Role.APPROVER, Role.ADMIN, Role.AUDITOR);
    }

    private static boolean somebodyWasFaster(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OptimisticLockException
                    || cause instanceof StaleStateException
                    || cause instanceof ConstraintViolationException) {
                return true;
            }
        }
        return Constraints.violated(failure).isPresent();
    }
}
