package dev.sallyport.proxy.shipping;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementChain;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.EventId;
import dev.sallyport.proxy.audit.AuditRecord;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Transaction;
import dev.sallyport.proxy.feed.ProxyEvents;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes the events of a session, each statement a link of its chain. Moves the trail's sequence and hash on. */
final class Links {

    private static final StatementText.Part NO_TEXT = new StatementText.Part("", List.of());

    private final Consumer<Event<?>> events;
    private final StatementChain.Link link = new StatementChain.Link();

    Links(Consumer<Event<?>> events) {
        this.events = events;
    }

    /** All that a link says besides its session and its text. */
    private record Facts(
            String kind,
            long startedAtMicros,
            StatementExecuted.Outcome outcome,
            @Nullable Long rows,
            long bytesFromClient,
            long bytesToClient,
            @Nullable Long durationMicros,
            @Nullable String sqlState,
            @Nullable Integer errorCode,
            @Nullable String errorMessage,
            @Nullable String transaction) {

        static Facts of(AuditRecord.Intent intent, AuditRecord.Ended ended) {
            Outcome outcome = ended.outcome();
            Outcome.Failed failed = outcome instanceof Outcome.Failed error ? error : null;
            return new Facts(
                    intent.kind(),
                    intent.startedAtMicros(),
                    label(outcome),
                    outcome instanceof Outcome.Ok ok ? ok.rows() : null,
                    ended.bytesFromClient(),
                    ended.bytesToClient(),
                    outcome instanceof Outcome.Unknown ? null : ended.durationMicros(),
                    failed == null ? null : failed.sqlState(),
                    failed == null ? null : failed.errorCode(),
                    failed == null ? null : failed.message(),
                    transactionLabel(outcome));
        }

        static Facts of(AuditRecord.Gap gap) {
            return new Facts(
                    StatementExecuted.GAP,
                    gap.sinceMicros(),
                    StatementExecuted.Outcome.UNKNOWN,
                    gap.statements(),
                    0,
                    0,
                    Math.max(0, gap.untilMicros() - gap.sinceMicros()),
                    null,
                    null,
                    gap.why(),
                    null);
        }
    }

    /** A statement that was executed. Read twice: once for the number of parts and the hash, once for the events. */
    void executed(Trail trail, AuditRecord.Intent first, Reading reading, AuditRecord.Ended ended) {
        int[] parts = {0};
        reading.parts(part -> {
            parts[0]++;
            link.sql(part.sql());
            part.parameters().forEach(link::parameter);
        });
        trail.sequence++;
        Facts facts = Facts.of(first, ended);
        String hash = link.hash(statement(trail, facts, NO_TEXT, 1, parts[0], ""));
        int[] part = {0};
        reading.parts(text -> tell(trail, statement(trail, facts, text, ++part[0], parts[0], hash)));
        trail.hash = hash;
    }

    /** Statements that are in no record. */
    void gap(Trail trail, AuditRecord.Gap gap) {
        trail.sequence++;
        Facts facts = Facts.of(gap);
        String hash = link.hash(statement(trail, facts, NO_TEXT, 1, 1, ""));
        tell(trail, statement(trail, facts, NO_TEXT, 1, 1, hash));
        trail.hash = hash;
    }

    /** The same for what a damage of the journal took; when they were executed is not known. */
    void damaged(Trail trail, long session, long statements, String what) {
        long opened = ChronoUnit.MICROS.between(Instant.EPOCH, trail.session().openedAt());
        gap(trail, new AuditRecord.Gap(session, statements, opened, opened, what));
    }

    void closed(Trail trail, AuditRecord.Closed closed) {
        SessionOpened opened = trail.session();
        Instant at = instant(closed.closedAtMicros());
        SessionClosed event = new SessionClosed(
                opened.sessionId(),
                opened.grantId(),
                closed.cause(),
                trail.sequence,
                closed.bytesFromClient(),
                closed.bytesToClient(),
                trail.hash,
                at);
        events.accept(event(EventType.SESSION_CLOSED, opened, at, opened.sessionId() + "/closed", event));
    }

    private void tell(Trail trail, StatementExecuted statement) {
        String name = statement.sessionId() + "/statement/" + statement.sequence() + "/" + statement.part();
        events.accept(event(EventType.STATEMENT_EXECUTED, trail.session(), statement.startedAt(), name, statement));
    }

    private static StatementExecuted statement(
            Trail trail, Facts facts, StatementText.Part text, int part, int parts, String hash) {
        SessionOpened session = trail.session();
        return new StatementExecuted(
                session.sessionId(),
                session.grantId(),
                session.grantee(),
                session.target(),
                session.engine(),
                session.role(),
                session.databaseUser(),
                session.clientAddress(),
                session.applicationName(),
                trail.sequence,
                part,
                parts,
                facts.kind(),
                text.sql(),
                text.parameters(),
                facts.outcome(),
                facts.rows(),
                facts.bytesFromClient(),
                facts.bytesToClient(),
                instant(facts.startedAtMicros()),
                facts.durationMicros(),
                facts.sqlState(),
                facts.errorCode(),
                facts.errorMessage(),
                facts.transaction(),
                trail.hash,
                hash);
    }

    private static StatementExecuted.Outcome label(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Ok _ -> StatementExecuted.Outcome.OK;
            case Outcome.Failed _ -> StatementExecuted.Outcome.ERROR;
            case Outcome.Unknown _ -> StatementExecuted.Outcome.UNKNOWN;
            case Outcome.Skipped _ -> throw new IllegalArgumentException("a skipped statement has no event");
        };
    }

    private static @Nullable String transactionLabel(Outcome outcome) {
        Transaction said = switch (outcome) {
            case Outcome.Ok ok -> ok.transaction();
            case Outcome.Failed failed -> failed.transaction();
            case Outcome.Unknown _, Outcome.Skipped _ -> null;
        };
        return said == null ? null : said.label();
    }

    private static <T> Event<T> event(EventType<T> type, SessionOpened session, Instant time, String name, T data) {
        return new Event<>(
                "1.0",
                EventId.derived(time, name),
                ProxyEvents.SOURCE,
                type.name(),
                session.sessionId().value(),
                time,
                "application/json",
                type.schema(),
                data);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
