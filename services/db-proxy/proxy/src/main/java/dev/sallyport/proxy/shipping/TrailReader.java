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
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.Position;
import java.nio.BufferUnderflowException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes the events of sessions out of the journal's records, one after the other. Changes the trails as it goes. */
final class TrailReader {

    /** What events of db-proxies say of where they come from. */
    static final String SOURCE = "/sallyport/db-proxy";

    /** An intent up to this long is kept in memory until its outcome; a longer one stays in its segments. */
    static final int KEPT_BYTES = 64 * 1024;

    private static final Logger LOG = Logger.getLogger(TrailReader.class);

    private final Journal journal;
    private final TreeMap<Long, Trail> sessions;
    private final Consumer<Event<?>> events;

    TrailReader(Journal journal, TreeMap<Long, Trail> sessions, Consumer<Event<?>> events) {
        this.journal = journal;
        this.sessions = sessions;
        this.events = events;
    }

    void read(Entry entry) {
        AuditRecord record;
        try {
            record = AuditRecord.read(entry.payload());
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            LOG.errorf("the journal's record at %s is not one of ours: it cannot be shipped (%s)", entry.position(), e);
            return;
        }
        if (record instanceof AuditRecord.Opened opened) {
            Trail trail = new Trail();
            trail.opened = opened.event();
            sessions.put(opened.session(), trail);
            events.accept(trail.event());
            return;
        }
        Trail trail = sessions.get(record.session());
        if (trail == null) {
            LOG.errorf(
                    "the journal has a record of a session that it has no begin of, at %s: it cannot be shipped",
                    entry.position());
            return;
        }
        switch (record) {
            case AuditRecord.Opened _ -> throw new IllegalStateException("handled above");
            case AuditRecord.Intent intent -> add(trail, intent.statement(), intent.whole(), entry);
            case AuditRecord.Sql more -> add(trail, more.statement(), false, entry);
            case AuditRecord.Parameters more -> add(trail, more.statement(), false, entry);
            case AuditRecord.Ready ready -> add(trail, ready.statement(), true, entry);
            case AuditRecord.Ended ended -> ended(trail, ended, entry.position());
            case AuditRecord.Closed closed -> closed(trail, closed);
        }
    }

    private static void add(Trail trail, long statement, boolean ready, Entry entry) {
        Trail.Intent intent = trail.intents.computeIfAbsent(statement, _ -> new Trail.Intent());
        intent.add(entry.position(), entry.payload(), KEPT_BYTES);
        intent.ready |= ready;
    }

    private void ended(Trail trail, AuditRecord.Ended ended, Position at) {
        Trail.Intent intent = trail.intents.remove(ended.statement());
        // Older ones that are not ready were abandoned.
        trail.intents.entrySet().removeIf(other -> other.getKey() < ended.statement() && !other.getValue().ready);
        if (intent == null) {
            LOG.errorf("the journal has an outcome at %s whose statement it does not have: it cannot be shipped", at);
        } else if (!(ended.outcome() instanceof Outcome.Skipped)) {
            executed(trail, intent, ended);
        }
    }

    private void closed(Trail trail, AuditRecord.Closed closed) {
        for (Map.Entry<Long, Trail.Intent> left : trail.intents.entrySet()) {
            if (left.getValue().ready) {
                AuditRecord.Ended unknown =
                        new AuditRecord.Ended(closed.session(), left.getKey(), -1, 0, 0, Outcome.UNKNOWN);
                executed(trail, left.getValue(), unknown);
            }
        }
        sessions.remove(closed.session());
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

    /** Read twice: once for the number of parts and the hash, once for the events. */
    private void executed(Trail trail, Trail.Intent intent, AuditRecord.Ended ended) {
        Reading reading = reading(intent);
        StatementChain.Link link = new StatementChain.Link();
        int[] parts = {0};
        reading.parts(part -> {
            parts[0]++;
            link.sql(part.sql());
            part.parameters().forEach(link::parameter);
        });
        trail.sequence++;
        SessionOpened opened = trail.session();
        StatementText.Part none = new StatementText.Part("", List.of());
        String hash = link.hash(statement(trail, opened, reading.first(), ended, none, 1, parts[0], ""));
        int[] part = {0};
        reading.parts(text -> {
            StatementExecuted statement =
                    statement(trail, opened, reading.first(), ended, text, ++part[0], parts[0], hash);
            String name = opened.sessionId() + "/statement/" + trail.sequence + "/" + part[0];
            events.accept(event(EventType.STATEMENT_EXECUTED, opened, statement.startedAt(), name, statement));
        });
        trail.hash = hash;
    }

    /** An intent, as often as it is asked for. */
    private interface Reading {

        AuditRecord.Intent first();

        void parts(Consumer<StatementText.Part> each);
    }

    /** What is kept is read once, what is long is read from the journal each time, one record in memory at once. */
    private Reading reading(Trail.Intent intent) {
        List<byte[]> kept = intent.records;
        return kept == null ? new FromJournal(intent.positions) : FromMemory.of(kept);
    }

    private record FromMemory(AuditRecord.Intent first, List<StatementText.Part> all) implements Reading {

        static FromMemory of(List<byte[]> kept) {
            List<AuditRecord> records = kept.stream().map(AuditRecord::read).toList();
            List<StatementText.Part> all = new ArrayList<>(1);
            StatementText.cut(records.iterator(), all::add);
            return new FromMemory((AuditRecord.Intent) records.getFirst(), all);
        }

        @Override
        public void parts(Consumer<StatementText.Part> each) {
            all.forEach(each);
        }
    }

    private final class FromJournal implements Reading {

        private final List<Position> positions;

        FromJournal(List<Position> positions) {
            this.positions = positions;
        }

        @Override
        public AuditRecord.Intent first() {
            return (AuditRecord.Intent) read(positions.getFirst());
        }

        @Override
        public void parts(Consumer<StatementText.Part> each) {
            StatementText.cut(positions.stream().map(this::read).iterator(), each);
        }

        private AuditRecord read(Position position) {
            Entry entry = journal.read(position);
            if (entry == null || !entry.position().equals(position)) {
                throw new IllegalStateException("the journal no longer has its record at " + position);
            }
            return AuditRecord.read(entry.payload());
        }
    }

    private static StatementExecuted statement(
            Trail trail,
            SessionOpened session,
            AuditRecord.Intent intent,
            AuditRecord.Ended ended,
            StatementText.Part text,
            int part,
            int parts,
            String hash) {
        Outcome outcome = ended.outcome();
        Outcome.Failed failed = outcome instanceof Outcome.Failed error ? error : null;
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
                intent.kind(),
                text.sql(),
                text.parameters(),
                label(outcome),
                outcome instanceof Outcome.Ok ok ? ok.rows() : null,
                ended.bytesFromClient(),
                ended.bytesToClient(),
                instant(intent.startedAtMicros()),
                outcome instanceof Outcome.Unknown ? null : ended.durationMicros(),
                failed == null ? null : failed.sqlState(),
                failed == null ? null : failed.errorCode(),
                failed == null ? null : failed.message(),
                transaction(outcome),
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

    private static @Nullable String transaction(Outcome outcome) {
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
                SOURCE,
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

    /** The sessions that the journal behind {@code from} leaves open. */
    static List<Long> leftOpen(Journal journal, Checkpoint from) {
        TreeMap<Long, Boolean> open = new TreeMap<>();
        from.sessions().keySet().forEach(session -> open.put(session, true));
        Entry entry = journal.read(from.position());
        while (entry != null) {
            switch (AuditRecord.read(entry.payload())) {
                case AuditRecord.Opened opened -> open.put(opened.session(), true);
                case AuditRecord.Closed closed -> open.remove(closed.session());
                default -> {}
            }
            entry = journal.read(entry.next());
        }
        return new ArrayList<>(open.keySet());
    }
}
