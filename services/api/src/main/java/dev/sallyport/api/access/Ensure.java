package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.policies.PolicyAction;
import dev.sallyport.api.policies.Question;
import dev.sallyport.api.policies.Resource;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.api.rules.Principals;
import dev.sallyport.api.rules.Rules;
import dev.sallyport.api.rules.Ruling;
import dev.sallyport.api.rules.Terms;
import dev.sallyport.api.targets.AccessTarget;
import dev.sallyport.api.targets.Targets;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The one call behind command line, console and API: afterwards there is a live grant or an open request for each entitlement.
 * Repeating it is safe, also at the same time: one person's calls for one role in one database stand in line.
 */
@ApplicationScoped
public class Ensure {

    static final String SOURCE = "/sallyport/api";

    private final Rules rules;
    private final Principals principals;
    private final Targets targets;
    private final NewRequest newRequest;
    private final LiveGrant liveGrant;
    private final MeterRegistry meters;
    private final InstantSource clock;

    Ensure(
            Rules rules,
            Principals principals,
            Targets targets,
            NewRequest newRequest,
            LiveGrant liveGrant,
            MeterRegistry meters,
            InstantSource clock) {
        this.rules = rules;
        this.principals = principals;
        this.targets = targets;
        this.newRequest = newRequest;
        this.liveGrant = liveGrant;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * What is asked.
     *
     * @param duration as long as the workflow says when it is empty
     * @param breakglass whether it is an emergency, in which nobody is waited for
     */
    record Wish(
            List<Entitlement> entitlements,
            Justification justification,
            Optional<Duration> duration,
            boolean breakglass,
            boolean dryRun) {}

    /**
     * What became of one entitlement.
     *
     * @param workflow by which it is available
     * @param message why, where the outcome alone does not say it; may be empty
     */
    public record Item(
            String target,
            String role,
            Outcome outcome,
            @Nullable String requestId,
            @Nullable String grantId,
            String workflow,
            String message) {}

    public enum Outcome {
        WILL_REQUEST,
        REQUESTED,
        WILL_ACTIVATE,
        ACTIVATED,
        ACTIVE,
        PENDING,
        WILL_EXTEND,
        EXTENDED,
        PROVISIONING_FAILED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** One entitlement, and all that the answer depends on. */
    record Case(Ruling ruling, Person person, Resource resource, Terms terms, Wish wish, InstantSource clock) {

        Question question(PolicyAction action) {
            return new Question(
                    action,
                    person,
                    resource,
                    person.grantee(),
                    terms.workflow(),
                    wish.justification().reason(),
                    wish.justification().ticket(),
                    clock.instant());
        }

        void require(PolicyAction action) {
            Permission.refuse(ruling.ask(question(action)));
        }

        Item item(Outcome outcome, @Nullable String request, @Nullable String grant, String message) {
            return new Item(
                    resource.target().toString(), resource.role(), outcome, request, grant, terms.workflow(), message);
        }

        Item item(Outcome outcome, @Nullable String request, @Nullable String grant) {
            return item(outcome, request, grant, "");
        }
    }

    /** Either all are there afterwards or none was made. Blocks. */
    List<Item> ensure(Person person, Wish wish) {
        List<Item> items = rules.call(ruling -> principals.seen(person).chain(() -> all(ruling, person, wish)));
        if (!wish.dryRun()) {
            items.forEach(item -> meters.counter(
                            "sallyport.access.requests",
                            "outcome",
                            item.outcome().label())
                    .increment());
        }
        return items;
    }

    /** In one order for everybody, since each waits for a lock; answered in the order of the question. */
    private Uni<List<Item>> all(Ruling ruling, Person person, Wish wish) {
        Comparator<Entitlement> order = Comparator.comparing(Entitlement::toString);
        return Multi.createFrom()
                .iterable(wish.entitlements().stream().sorted(order).toList())
                .onItem()
                .transformToUniAndConcatenate(
                        entitlement -> one(ruling, person, entitlement, wish).map(item -> Map.entry(entitlement, item)))
                .collect()
                .asList()
                .map(answered -> {
                    Map<Entitlement, Item> items =
                            answered.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
                    return wish.entitlements().stream().map(items::get).toList();
                });
    }

    private Uni<Item> one(Ruling ruling, Person person, Entitlement entitlement, Wish wish) {
        return targets.find(entitlement.target(), entitlement.role()).chain(found -> {
            AccessTarget target = found.orElseThrow(() -> notEntitled(entitlement));
            Resource resource = Resource.of(target);
            Terms terms = ruling.termsFor(resource).orElseThrow(() -> notEntitled(entitlement));
            Case asked = new Case(ruling, person, resource, terms, wish, clock);
            asked.require(PolicyAction.REQUEST);
            return (wish.dryRun() ? Uni.createFrom().voidItem() : lock(person, entitlement))
                    .chain(() -> existing(asked))
                    .chain(item -> item.map(Uni.createFrom()::item).orElseGet(() -> newRequest.make(asked)));
        });
    }

    /** First requests, then grants: an approval turns the one into the other while we look. */
    private Uni<Optional<Item>> existing(Case asked) {
        String subject = asked.person().subject();
        String target = asked.resource().target().toString();
        Function<String, String> where =
                subjectField -> subjectField + " = ?1 and target = ?2 and role = ?3 and status in ?4";
        return RequestRow.<RequestRow>find(
                        where.apply("requesterSubject"),
                        subject,
                        target,
                        asked.resource().role(),
                        List.of(RequestStatus.REQUESTED))
                .withLock(asked.wish().dryRun() ? LockModeType.NONE : LockModeType.PESSIMISTIC_WRITE)
                .firstResult()
                .chain(open -> open != null
                        ? newRequest.open(asked, open)
                        : Uni.createFrom().item(Optional.<Item>empty()))
                .chain(item -> item.isPresent()
                        ? Uni.createFrom().item(item)
                        : GrantRow.<GrantRow>find(
                                        where.apply("granteeSubject"),
                                        subject,
                                        target,
                                        asked.resource().role(),
                                        GrantStatus.LIVE)
                                .withLock(asked.wish().dryRun() ? LockModeType.NONE : LockModeType.PESSIMISTIC_WRITE)
                                .firstResult()
                                .chain(live -> live != null
                                        ? liveGrant.of(asked, live)
                                        : Uni.createFrom().item(Optional.<Item>empty())));
    }

    /** Until the transaction ends. */
    private static Uni<Void> lock(Person person, Entitlement entitlement) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(
                                "SELECT CAST(pg_advisory_xact_lock(hashtextextended(:what, 0)) AS text)", String.class)
                        .setParameter("what", "access:" + person.subject() + ":" + entitlement)
                        .getResultList())
                .replaceWithVoid();
    }

    private static ProblemException notEntitled(Entitlement entitlement) {
        return ProblemException.forbidden(
                "not_entitled",
                "there is no role " + entitlement.role() + " in " + entitlement.target() + " that you may ask for");
    }
}
