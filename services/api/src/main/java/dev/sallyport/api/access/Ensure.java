package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.api.access.AccessPolicy.Answer;
import dev.sallyport.api.access.AccessPolicy.Person;
import dev.sallyport.api.connections.Connections;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.access.AccessRequested;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.outbox.Outbox;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one call behind command line, console and API: afterwards there is a live grant or an open request for each entitlement.
 * Repeating it is safe, also at the same time: the database allows one open request per person, database and role.
 */
@ApplicationScoped
public class Ensure {

    static final String SOURCE = "/sallyport/api";

    private static final String INSERT = """
            INSERT INTO access_request (id, requester_subject, requester_name, requester_email, target, role, reason,
                                        duration_seconds, status, created_at, version)
            VALUES (:id, :subject, :name, :email, :target, :role, :reason, :duration, 'REQUESTED', :now, 0)
            ON CONFLICT (requester_subject, target, role) WHERE status = 'REQUESTED' DO NOTHING
            """;

    private final AccessPolicy policy;
    private final Connections connections;
    private final Outbox outbox;
    private final InstantSource clock;

    Ensure(AccessPolicy policy, Connections connections, Outbox outbox, InstantSource clock) {
        this.policy = policy;
        this.connections = connections;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** What is asked, already measured by the rules. */
    record Wish(List<Entitlement> entitlements, String reason, Duration duration, boolean dryRun) {}

    /** What became of one entitlement. */
    public record Item(
            String target,
            String role,
            Outcome outcome,
            @Nullable String requestId,
            @Nullable String grantId) {}

    public enum Outcome {
        WILL_REQUEST,
        REQUESTED,
        PENDING,
        ACTIVE;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Part of the caller's transaction: either all are there afterwards or none was made. */
    Uni<List<Item>> ensure(Person person, Wish wish) {
        return Multi.createFrom()
                .iterable(wish.entitlements())
                .onItem()
                .transformToUniAndConcatenate(entitlement -> one(person, entitlement, wish))
                .collect()
                .asList();
    }

    private Uni<Item> one(Person person, Entitlement entitlement, Wish wish) {
        return connections
                .find(entitlement.target(), entitlement.role())
                .invoke(connection -> {
                    if (connection.isEmpty()) {
                        throw new ProblemException(
                                403,
                                "not_entitled",
                                "there is no role " + entitlement.role() + " in " + entitlement.target()
                                        + " that you may ask for");
                    }
                    if (policy.request(person, entitlement) instanceof Answer.Denied denied) {
                        throw ProblemException.forbidden(denied.code(), denied.why());
                    }
                })
                .chain(() -> existing(person, entitlement))
                .chain(found -> found.map(item -> Uni.createFrom().item(item))
                        .orElseGet(() -> request(person, entitlement, wish)));
    }

    /** First requests, then grants: an approval turns the one into the other while we look. */
    private static Uni<Optional<Item>> existing(Person person, Entitlement entitlement) {
        String subject = person.grantee().subject();
        String target = entitlement.target().toString();
        return RequestRow.<RequestRow>find(
                        "requesterSubject = ?1 and target = ?2 and role = ?3 and status = ?4",
                        subject,
                        target,
                        entitlement.role(),
                        RequestStatus.REQUESTED)
                .firstResult()
                .chain(open -> open != null
                        ? Uni.createFrom()
                                .item(Optional.of(new Item(target, entitlement.role(), Outcome.PENDING, open.id, null)))
                        : GrantRow.<GrantRow>find(
                                        "granteeSubject = ?1 and target = ?2 and role = ?3 and status in ?4",
                                        subject,
                                        target,
                                        entitlement.role(),
                                        GrantStatus.LIVE)
                                .firstResult()
                                .map(grant -> Optional.ofNullable(grant)
                                        .map(live -> new Item(
                                                target,
                                                entitlement.role(),
                                                live.status == GrantStatus.ACTIVE ? Outcome.ACTIVE : Outcome.PENDING,
                                                live.requestId,
                                                live.id))));
    }

    private Uni<Item> request(Person person, Entitlement entitlement, Wish wish) {
        String target = entitlement.target().toString();
        if (wish.dryRun()) {
            return Uni.createFrom().item(new Item(target, entitlement.role(), Outcome.WILL_REQUEST, null, null));
        }
        RequestId id = RequestId.next(clock);
        Instant now = clock.instant();
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(INSERT)
                        .setParameter("id", id.value())
                        .setParameter("subject", person.grantee().subject())
                        .setParameter("name", person.grantee().name())
                        .setParameter("email", person.grantee().email())
                        .setParameter("target", target)
                        .setParameter("role", entitlement.role())
                        .setParameter("reason", wish.reason())
                        .setParameter("duration", wish.duration().toSeconds())
                        .setParameter("now", now.atOffset(java.time.ZoneOffset.UTC))
                        .executeUpdate())
                .chain(inserted -> inserted == 0
                        // Somebody was faster: the same person elsewhere.
                        ? existing(person, entitlement)
                                .map(found -> found.orElseThrow(() -> ProblemException.conflict(
                                        "try_again", "this request was decided on just now: ask again")))
                        : tell(id, person, entitlement, wish, now)
                                .replaceWith(
                                        new Item(target, entitlement.role(), Outcome.REQUESTED, id.value(), null)));
    }

    private Uni<Void> tell(RequestId id, Person person, Entitlement entitlement, Wish wish, Instant now) {
        return outbox.add(Event.of(
                EventType.ACCESS_REQUESTED,
                SOURCE,
                id,
                now,
                new AccessRequested(
                        id,
                        person.grantee(),
                        entitlement.target(),
                        entitlement.role(),
                        wish.duration(),
                        wish.reason(),
                        now)));
    }
}
