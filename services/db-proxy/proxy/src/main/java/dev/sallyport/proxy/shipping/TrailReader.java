package dev.sallyport.proxy.shipping;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.proxy.audit.AuditRecord;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.Position;
import java.nio.BufferUnderflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Makes the events of sessions out of the journal's records, one after the other. Changes the trails as it goes.
 *
 * <p>Where a damage took records, the chain says so in a {@linkplain Links#damaged gap}; what cannot be shipped at all stays in a
 * segment that is set aside.
 */
final class TrailReader {

    /** An intent up to this long is kept in memory until its outcome; a longer one stays in its segments. */
    static final int KEPT_BYTES = 64 * 1024;

    private static final Logger LOG = Logger.getLogger(TrailReader.class);

    private final Journal journal;
    private final TreeMap<Long, Trail> sessions;
    private final Consumer<Event<?>> events;
    private final Links links;
    private final TreeSet<Long> changed = new TreeSet<>();

    TrailReader(Journal journal, TreeMap<Long, Trail> sessions, Consumer<Event<?>> events) {
        this.journal = journal;
        this.sessions = sessions;
        this.events = events;
        this.links = new Links(events);
    }

    /** The sessions that were opened, changed or closed since this was asked last. */
    TreeSet<Long> takeChanged() {
        TreeSet<Long> taken = new TreeSet<>(changed);
        changed.clear();
        return taken;
    }

    void read(Entry entry) {
        Optional<AuditRecord> read = understood(entry);
        if (read.isEmpty()) {
            journal.keepAside(entry.position(), "it is of an unknown kind");
            return;
        }
        switch (read.get()) {
            case AuditRecord.Damaged damaged ->
                events.accept(EventJson.read(EventType.JOURNAL_DAMAGED, damaged.event()));
            case AuditRecord.Opened opened -> {
                Trail begun = new Trail(opened.event());
                sessions.put(opened.session(), begun);
                changed.add(opened.session());
                events.accept(begun.event());
            }
            case AuditRecord record -> {
                Trail trail = sessions.get(record.session());
                if (trail == null) {
                    journal.keepAside(entry.position(), "the begin of its session is missing");
                } else {
                    changed.add(record.session());
                    take(trail, record, entry);
                }
            }
        }
    }

    private static Optional<AuditRecord> understood(Entry entry) {
        try {
            return Optional.of(AuditRecord.read(entry.payload()));
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private void take(Trail trail, AuditRecord record, Entry entry) {
        switch (record) {
            case AuditRecord.Opened _, AuditRecord.Damaged _ -> throw new IllegalStateException("handled above");
            case AuditRecord.Intent intent -> add(trail, intent.statement(), intent.whole(), entry);
            case AuditRecord.Sql more -> add(trail, more.statement(), false, entry);
            case AuditRecord.Parameters more -> add(trail, more.statement(), false, entry);
            case AuditRecord.Ready ready -> ready(trail, ready, entry);
            case AuditRecord.Ended ended -> ended(trail, ended, entry.position());
            case AuditRecord.Gap gap -> links.gap(trail, gap);
            case AuditRecord.Closed closed -> closed(trail, closed);
        }
    }

    private static Trail.Intent add(Trail trail, long statement, boolean ready, Entry entry) {
        Trail.Intent intent = trail.intents.computeIfAbsent(statement, _ -> new Trail.Intent());
        intent.add(entry.position(), entry.payload(), KEPT_BYTES);
        intent.ready |= ready;
        return intent;
    }

    private static void ready(Trail trail, AuditRecord.Ready ready, Entry entry) {
        Trail.Intent intent = add(trail, ready.statement(), true, entry);
        intent.torn = intent.positions.size() - 1 != ready.records();
    }

    private void ended(Trail trail, AuditRecord.Ended ended, Position at) {
        Trail.Intent intent = trail.intents.remove(ended.statement());
        // Older ones that are not ready were abandoned.
        trail.intents.entrySet().removeIf(other -> other.getKey() < ended.statement() && !other.getValue().ready);
        if (ended.outcome() instanceof Outcome.Skipped) {
            return;
        }
        if (intent == null) {
            LOG.errorf("the journal has an outcome at %s whose statement it does not have", at);
            links.damaged(
                    trail, ended.session(), 1, "1 statement was executed that cannot be read: the journal was damaged");
        } else {
            intent.torn |= !intent.ready;
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
        links.closed(trail, closed);
    }

    private void executed(Trail trail, Trail.Intent intent, AuditRecord.Ended ended) {
        Reading reading = Reading.of(intent, journal);
        Optional<AuditRecord.Intent> first = reading.first();
        if (first.isEmpty()) {
            keepAside(intent, "the begin of its statement is missing");
            links.damaged(
                    trail,
                    ended.session(),
                    1,
                    "1 statement was executed whose begin cannot be read: the journal was damaged");
            return;
        }
        links.executed(trail, first.get(), reading, ended);
        if (intent.torn) {
            keepAside(intent, "a part of its statement is missing");
            links.damaged(
                    trail,
                    ended.session(),
                    0,
                    "a part of the statement before cannot be read: the journal was damaged");
        }
    }

    private void keepAside(Trail.Intent intent, String why) {
        intent.positions.forEach(position -> journal.keepAside(position, why));
    }

    /** The sessions that the journal behind {@code from} leaves open. */
    static List<Long> leftOpen(Journal journal, Checkpoint from) {
        TreeMap<Long, Boolean> open = new TreeMap<>();
        from.sessions().keySet().forEach(session -> open.put(session, true));
        Entry entry = journal.read(from.position());
        while (entry != null) {
            switch (understood(entry).orElse(null)) {
                case AuditRecord.Opened opened -> open.put(opened.session(), true);
                case AuditRecord.Closed closed -> open.remove(closed.session());
                case null, default -> {}
            }
            entry = journal.read(entry.next());
        }
        return new ArrayList<>(open.keySet());
    }
}
