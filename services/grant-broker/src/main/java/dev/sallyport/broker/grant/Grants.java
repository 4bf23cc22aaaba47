package dev.sallyport.broker.grant;

import dev.sallyport.broker.Json;
import dev.sallyport.broker.grant.Decision.Effect;
import dev.sallyport.broker.grant.Decision.Go;
import dev.sallyport.broker.grant.Decision.Stay;
import dev.sallyport.broker.grant.Life.Ending;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.outbox.Inbox;
import dev.sallyport.outbox.Outbox;
import dev.sallyport.outbox.OutboxRecord;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The grants. Each change, what the db-proxies, the api and the public hear of it, and the memory of the command that
 * caused it, are one transaction.
 */
@ApplicationScoped
public class Grants implements PanacheRepositoryBase<GrantRow, String> {

    private static final Logger LOG = Logger.getLogger(Grants.class);
    private static final String SOURCE = "/sallyport/grant-broker";

    /** Other replicas pass over the rows that one is busy with. */
    private static final String DUE = """
            SELECT * FROM grants WHERE phase = 'ACTIVE' AND expires_at <= :now
            ORDER BY expires_at LIMIT :batch FOR UPDATE SKIP LOCKED
            """;

    private static final List<GrantProgressed.Phase> LIVING =
            List.of(GrantProgressed.Phase.ACTIVATING, GrantProgressed.Phase.ACTIVE, GrantProgressed.Phase.CLOSING);

    private final Inbox inbox;
    private final Outbox outbox;
    private final Transports transports;
    private final InstantSource clock;

    Grants(Inbox inbox, Outbox outbox, Transports transports, InstantSource clock) {
        this.inbox = inbox;
        this.outbox = outbox;
        this.transports = transports;
        this.clock = clock;
    }

    /** Does what the event commands, unless that was done before. */
    Uni<Void> handle(Event<?> event) {
        return Panache.withTransaction(() -> inbox.firstSight(event.id())
                .chain(first -> first ? dispatch(event) : Uni.createFrom().voidItem()));
    }

    /**
     * Ends up to {@code batch} grants whose time is over, the longest overdue first, all of them or none; returns when each
     * should have ended.
     */
    Uni<List<Instant>> expire(int batch) {
        return Panache.withTransaction(() -> Panache.getSession()
                .chain(session -> session.setBatchSize(batch)
                        .createNativeQuery(DUE, GrantRow.class)
                        .setParameter("now", now())
                        .setParameter("batch", batch)
                        .getResultList())
                .chain(this::expireEach));
    }

    /**
     * Tells a grant what became of its transport, in the transaction that is open. {@code meanwhile} is done under the grant's
     * lock and says what is to be told; nothing when empty.
     */
    public Uni<Void> learn(GrantId id, Supplier<Uni<Optional<Command>>> meanwhile) {
        return locked(id)
                .chain(row -> meanwhile
                        .get()
                        .chain(command ->
                                command.isEmpty() ? Uni.createFrom().voidItem() : apply(row, command.get(), null)));
    }

    /** Those of {@code ids} that are being opened, are open or are being closed. */
    public Uni<Set<String>> livingOf(Collection<String> ids) {
        return Panache.withSession(() -> list("id in ?1 and phase in ?2", ids, LIVING))
                .map(rows -> rows.stream().map(row -> row.id).collect(Collectors.toUnmodifiableSet()));
    }

    Uni<Long> live() {
        return Panache.withSession(() -> count("phase", GrantProgressed.Phase.ACTIVE));
    }

    private Uni<List<Instant>> expireEach(List<GrantRow> due) {
        List<Instant> times =
                due.stream().map(row -> row.expiresAt).filter(Objects::nonNull).toList();
        List<OutboxRecord> said = new ArrayList<>();
        return Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUniAndConcatenate(row -> apply(row, new Command.Expire(), null, said))
                .onItem()
                .ignoreAsUni()
                .chain(() -> outbox.addAll(said))
                .replaceWith(times);
    }

    private Uni<Void> dispatch(Event<?> event) {
        return switch (event.data()) {
            case GrantActivate activate ->
                locked(activate.grantId())
                        .chain(row -> apply(row, new Command.Activate(activate.duration()), activate));
            case GrantCredentials credentials ->
                locked(credentials.grantId())
                        .chain(row -> apply(row, new Command.Credentials(credentials.version()), credentials));
            case GrantExtend extend ->
                locked(extend.grantId())
                        .chain(row -> apply(row, new Command.Extend(extend.extension(), extend.by()), extend));
            case GrantClose close ->
                locked(close.grantId())
                        .chain(row -> apply(
                                row,
                                new Command.Close(new Ending(close.reason(), close.closedBy()), close.force()),
                                close));
            default ->
                throw new dev.sallyport.contracts.MalformedEventException(
                        "an event of type " + event.type() + " is no command to the grant-broker");
        };
    }

    private Uni<GrantRow> locked(GrantId id) {
        return findById(id.value(), LockModeType.PESSIMISTIC_WRITE).map(found -> {
            if (found != null) {
                return found;
            }
            GrantRow unborn = new GrantRow();
            unborn.id = id.value();
            return unborn;
        });
    }

    /** A row that was not stored yet has no revision. */
    private static Life lifeOf(GrantRow row) {
        return row.revision == 0 ? new Life.None() : row.life();
    }

    private Uni<Void> apply(GrantRow row, Command command, @Nullable Object data) {
        List<OutboxRecord> said = new ArrayList<>();
        return apply(row, command, data, said).chain(() -> outbox.addAll(said));
    }

    /** What there is to tell is left in {@code said}, in its order; the caller adds it to the outbox. */
    private Uni<Void> apply(GrantRow row, Command command, @Nullable Object data, List<OutboxRecord> said) {
        Life life = lifeOf(row);
        return switch (Lifecycle.decide(life, row.heard(), command, now())) {
            case Stay stay -> {
                log(row, command.getClass().getSimpleName() + " changes nothing: " + stay.reason());
                yield Uni.createFrom().voidItem();
            }
            case Go go -> go(row, life, go, data, said);
        };
    }

    private Uni<Void> go(GrantRow row, Life before, Go go, @Nullable Object data, List<OutboxRecord> said) {
        if (data instanceof GrantActivate activate) {
            row.terms = Json.write(activate);
        }
        if (go.effects().contains(Effect.KEEP_VERIFIERS) && data instanceof GrantCredentials credentials) {
            row.verifiers = Json.write(credentials.verifiers());
            row.credentialsVersion = credentials.version();
        }
        if (go.effects().contains(Effect.COUNT_EXTENSION) && data instanceof GrantExtend extend) {
            row.extensions = extend.extension();
        }
        row.become(go.next());
        log(row, "is " + row.phase.label() + (row.message.isEmpty() ? "" : ": " + row.message));
        said.add(progress(EventType.GRANT_PROGRESSED, row));
        Uni<?> done =
                before instanceof Life.None ? persist(row) : Uni.createFrom().voidItem();
        for (Effect effect : go.effects()) {
            done = done.chain(() -> perform(effect, row, said));
        }
        return done.replaceWithVoid();
    }

    private Uni<Void> perform(Effect effect, GrantRow row, List<OutboxRecord> said) {
        return switch (effect) {
            case SET_UP -> transports.setUp(row.activation()).chain(command -> applyIfKnown(row, command, said));
            case TAKE_DOWN -> transports.takeDown(row.activation()).chain(command -> applyIfKnown(row, command, said));
            case LEAVE_BEHIND -> transports.leaveBehind(row.activation());
            case ANNOUNCE ->
                say(said, record(Event.of(EventType.GRANT_STATE, SOURCE, row.grantId(), now(), row.state())));
            case WITHDRAW -> say(said, OutboxRecord.tombstone(Topics.GRANTS_STATE, row.id));
            case TELL_ACTIVATED -> say(said, progress(EventType.GRANT_ACTIVATED, row));
            case TELL_FAILED -> say(said, progress(EventType.GRANT_FAILED, row));
            case TELL_EXTENDED -> say(said, progress(EventType.GRANT_EXTENDED, row));
            case TELL_CLOSED -> say(said, progress(EventType.GRANT_CLOSED, row));
            case KEEP_VERIFIERS, COUNT_EXTENSION -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> applyIfKnown(GrantRow row, Optional<Command> command, List<OutboxRecord> said) {
        return command.map(known -> apply(row, known, null, said))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static Uni<Void> say(List<OutboxRecord> said, OutboxRecord record) {
        said.add(record);
        return Uni.createFrom().voidItem();
    }

    private OutboxRecord progress(EventType<GrantProgressed> type, GrantRow row) {
        return record(Event.of(type, SOURCE, row.grantId(), now(), row.progress()));
    }

    private static OutboxRecord record(Event<?> event) {
        return OutboxRecord.of(event, Map.of());
    }

    /** As exact as the database keeps it. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static void log(GrantRow row, String what) {
        MDC.put("grant", row.id);
        try {
            LOG.infof("grant %s %s", row.id, what);
        } finally {
            MDC.remove("grant");
        }
    }
}
