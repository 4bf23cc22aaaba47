package dev.sallyport.proxy.audit;

import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.proxy.journal.Journal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way of one session's records into the journal, by the session's {@link AuditMode}. With {@link AuditMode#BEST_EFFORT} a
 * record that finds no room is given up; the next one that finds some is preceded by a note of how many statements are missing.
 */
final class SessionRecords {

    private final Journal journal;
    private final InstantSource clock;
    private final AuditMeter meter;
    private final AuditMode mode;
    private final long session;
    /** {@code session.opened}, as long as it is in no journal. */
    private byte @Nullable [] opening;

    private long missing;
    private @Nullable Instant missingSince;
    private String why = "";
    private long last;
    private boolean complete = true;

    SessionRecords(Journal journal, InstantSource clock, AuditMeter meter, AuditMode mode, long session) {
        this.journal = journal;
        this.clock = clock;
        this.meter = meter;
        this.mode = mode;
        this.session = session;
    }

    /** Appends the begin of the session. */
    void open(RecordWriter writer) {
        opening = Arrays.copyOf(writer.bytes(), writer.length());
        try {
            settle(Journal.Use.BEGIN);
        } catch (JournalException e) {
            give(e);
        }
    }

    /**
     * Appends a record that begins or ends something; before it, what is owed to the journal.
     *
     * @return false when the record was given up
     * @throws JournalException when it cannot be appended, in any mode but best effort
     */
    boolean append(RecordWriter writer, Journal.Use use) {
        try {
            settle(use);
            put(writer.bytes(), writer.length(), use);
            return true;
        } catch (JournalException e) {
            give(e);
            return false;
        }
    }

    /** Appends an outcome. What is missing was begun behind its statement, and is noted behind it. */
    void outcome(RecordWriter writer) {
        try {
            put(writer.bytes(), writer.length(), Journal.Use.END);
        } catch (JournalException e) {
            give(e);
        }
    }

    private void put(byte[] record, int length, Journal.Use use) {
        last = journal.append(record, length, use);
        meter.appended();
    }

    /** A statement goes on whose intent was given up. */
    void unrecorded() {
        if (missingSince == null) {
            missingSince = clock.instant();
        }
        missing++;
        meter.unrecorded(why);
    }

    /** The number of the record that was appended last. */
    long last() {
        return last;
    }

    /** Whether none was given up so far: then the events of the session count its statements as they were executed. */
    boolean complete() {
        return complete;
    }

    private void settle(Journal.Use use) {
        byte[] begin = opening;
        if (begin != null) {
            put(begin, begin.length, use);
            opening = null;
        }
        Instant since = missingSince;
        if (since != null) {
            RecordWriter gap = new RecordWriter()
                    .begin(AuditRecord.GAP, session)
                    .u64(missing)
                    .u64(ChronoUnit.MICROS.between(Instant.EPOCH, since))
                    .u64(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()))
                    .text(why);
            put(gap.bytes(), gap.length(), use);
            missing = 0;
            missingSince = null;
        }
    }

    private void give(JournalException e) {
        if (mode != AuditMode.BEST_EFFORT) {
            throw e;
        }
        why = String.valueOf(e.getMessage());
        complete = false;
    }
}
