package dev.sallyport.proxy.audit;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.journal.Journal;
import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A session whose record is the {@link Journal}. Confined to one event loop. */
public final class JournaledSession implements AuditedSession {

    /** A statement's intent up to this long is one record; a longer one goes piece by piece. */
    static final int RECORD_BYTES = 16 * 1024;

    private final InstantSource clock;
    private final long number;
    private final SessionId id;
    private final AuditMeter meter;
    private final SessionRecords records;
    private final RecordWriter writer = new RecordWriter();
    private final ArrayDeque<JournaledStatement> waiting = new ArrayDeque<>();
    private Charset charset = StandardCharsets.UTF_8;
    private Transaction transaction = Transaction.IDLE;
    private @Nullable JournaledStatement writing;
    private @Nullable StatementTrace trace;
    private long statements;
    private long executed;
    private long lastIntent;
    private long bytesFromClient;
    private long bytesToClient;
    private boolean closed;

    /** The same in the mode {@link AuditMode#BOUNDED}. */
    public JournaledSession(
            Journal journal, InstantSource clock, AuditMeter meter, long number, Event<SessionOpened> opened) {
        this(journal, clock, meter, AuditMode.BOUNDED, number, opened);
    }

    /**
     * Records that the session is open.
     *
     * @param number names the session in the journal; never used twice
     * @param opened the event
     * @throws JournalException when that cannot be recorded; not with {@link AuditMode#BEST_EFFORT}
     */
    public JournaledSession(
            Journal journal,
            InstantSource clock,
            AuditMeter meter,
            AuditMode mode,
            long number,
            Event<SessionOpened> opened) {
        this.clock = clock;
        this.meter = meter;
        this.number = number;
        this.id = opened.data().sessionId();
        this.records = new SessionRecords(journal, clock, meter, mode, number);
        // Not in the writer that is kept: it would stay as large as this, and most statements are shorter.
        records.open(new RecordWriter().begin(AuditRecord.OPENED, number).text(EventJson.write(opened)));
    }

    /** Has the statements from here on followed; null for not. */
    public void follow(@Nullable StatementTrace by) {
        trace = by;
    }

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public void charset(Charset now) {
        charset = now;
    }

    @Override
    public Statement begin(String kind) {
        if (writing != null) {
            throw new IllegalStateException("the intent before is still being written");
        }
        writing = new JournaledStatement(++statements, kind);
        return writing;
    }

    @Override
    public void transaction(Transaction now) {
        transaction = now;
    }

    @Override
    public void countFromClient(long bytes) {
        bytesFromClient += bytes;
        meter.bytesFromClient(bytes);
    }

    @Override
    public void countToClient(long bytes) {
        bytesToClient += bytes;
        meter.bytesToClient(bytes);
    }

    /** Whether nothing is going on: no statement waits for its outcome and no transaction is open. */
    public boolean idle() {
        return writing == null && waiting.isEmpty() && transaction == Transaction.IDLE;
    }

    /** Whether a statement waits for its outcome. */
    public boolean busy() {
        return !waiting.isEmpty();
    }

    /** The number of the journal's record that makes the last statement ready; 0 when there is none yet. */
    public long lastIntent() {
        return lastIntent;
    }

    /**
     * Records the end; statements without an outcome are unknown from here on. Only the first call counts.
     *
     * @throws JournalException when it cannot be recorded; the next start of the proxy then records a crash
     */
    public void close(CloseCause cause) {
        if (!closed) {
            closed = true;
            write(writer, number, clock.instant(), bytesFromClient, bytesToClient, cause);
            if (!records.append(writer, Journal.Use.END)) {
                throw new JournalException("nothing of it can be recorded now");
            }
        }
    }

    /** Records that the session {@code number} of an earlier process ended with that process. */
    public static void crashed(Journal journal, long number, Instant at) {
        RecordWriter writer = new RecordWriter();
        write(writer, number, at, 0, 0, CloseCause.CRASHED);
        journal.append(writer.bytes(), writer.length(), Journal.Use.END);
    }

    private static void write(
            RecordWriter writer, long number, Instant at, long fromClient, long toClient, CloseCause cause) {
        writer.begin(AuditRecord.CLOSED, number)
                .u64(micros(at))
                .u64(fromClient)
                .u64(toClient)
                .text(cause.label());
    }

    private boolean append(Journal.Use use) {
        if (closed) {
            throw new IllegalStateException("the session " + id + " is closed");
        }
        return records.append(writer, use);
    }

    private static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private enum State {
        /** Its first record is in the writer, not yet in the journal. */
        BUFFERED,
        /** Its first record is in the journal, and more follow. */
        STREAMED,
        /** Given up: it goes on without a record. Only with {@link AuditMode#BEST_EFFORT}. */
        UNRECORDED,
        READY,
        ENDED
    }

    /** A statement of this session. */
    private final class JournaledStatement implements Statement {

        private final long statement;
        private final long startedAtMicros = micros(clock.instant());
        private final long startedAtNanos = System.nanoTime();
        private final String kind;
        private final int wholeAt;
        private final int sqlLengthAt;
        private State state = State.BUFFERED;
        private boolean parametersBegun;
        private int sqlLength;
        private int pieces;
        private long fromClient;
        private long toClient;
        private StatementTrace.@Nullable Begun traced;

        JournaledStatement(long statement, String kind) {
            this.statement = statement;
            this.kind = kind;
            writer.begin(AuditRecord.INTENT, number).u64(statement).u64(startedAtMicros);
            wholeAt = writer.length();
            writer.u8(1).text(kind).text(charset.name());
            sqlLengthAt = writer.length();
            writer.u32(0);
        }

        @Override
        public void sql(ByteBuf piece) {
            writingIn();
            if (parametersBegun) {
                throw new IllegalStateException("SQL after the first parameter");
            }
            int index = piece.readerIndex();
            for (int left = piece.readableBytes(); left > 0 && state != State.UNRECORDED; ) {
                int count = Math.min(left, RECORD_BYTES - writer.length());
                if (count <= 0) {
                    spill();
                    writer.begin(AuditRecord.SQL, number).u64(statement);
                    continue;
                }
                writer.raw(piece, index, count);
                if (state == State.BUFFERED) {
                    sqlLength += count;
                    writer.set32(sqlLengthAt, sqlLength);
                }
                index += count;
                left -= count;
            }
        }

        @Override
        public void parameter(@Nullable String name, String type, @Nullable CharSequence value) {
            writingIn();
            if (state == State.UNRECORDED) {
                return;
            }
            CharSequence kept = bounded(value);
            int room = (name == null ? 0 : 4 + RecordWriter.room(name))
                    + RecordWriter.room(type)
                    + RecordWriter.room(kept);
            boolean fits = writer.length() + room <= RECORD_BYTES;
            boolean inSqlRecord = state == State.STREAMED && !parametersBegun;
            if ((!fits && !empty()) || inSqlRecord) {
                spill();
                writer.begin(AuditRecord.PARAMETERS, number).u64(statement);
            }
            parametersBegun = true;
            if (name != null) {
                writer.text(null).text(name);
            }
            writer.text(type).text(kept);
        }

        /** Whether the writer holds a record of parameters with none in it yet: then any may go in. */
        private boolean empty() {
            return state == State.STREAMED && parametersBegun && writer.length() == 17;
        }

        @Override
        public void ready() {
            writingIn();
            if (trace != null) {
                int length = state == State.BUFFERED ? sqlLength : 0;
                traced = trace.begun(kind, startedAtMicros, writer.bytes(), sqlLengthAt + Integer.BYTES, length);
            }
            if (state != State.UNRECORDED && recorded()) {
                state = State.READY;
                lastIntent = records.last();
            } else {
                state = State.UNRECORDED;
                records.unrecorded();
            }
            writing = null;
            waiting.add(this);
        }

        private boolean recorded() {
            if (!append(Journal.Use.BEGIN)) {
                return false;
            }
            if (state == State.BUFFERED) {
                return true;
            }
            writer.begin(AuditRecord.READY, number).u64(statement).u32(pieces + 1);
            return append(Journal.Use.BEGIN);
        }

        @Override
        public void abandon() {
            writingIn();
            // What is in the journal without a READY was never executed.
            state = State.ENDED;
            writing = null;
        }

        @Override
        public void countFromClient(long bytes) {
            fromClient += bytes;
        }

        @Override
        public void countToClient(long bytes) {
            toClient += bytes;
        }

        @Override
        public void end(Outcome outcome) {
            if (closed) {
                // Already recorded as unknown.
                return;
            }
            if ((state != State.READY && state != State.UNRECORDED) || waiting.peek() != this) {
                throw new IllegalStateException("this statement is not the oldest that waits for its outcome");
            }
            long micros = (System.nanoTime() - startedAtNanos) / 1000;
            if (state == State.READY) {
                record(outcome, micros);
            }
            if (!(outcome instanceof Outcome.Skipped)) {
                executed++;
            }
            if (traced != null) {
                traced.ended(records.complete() ? executed : 0, micros, outcome);
            }
            state = State.ENDED;
            waiting.poll();
            meter.ended(outcome);
        }

        private void record(Outcome outcome, long micros) {
            JournaledStatement next = writing;
            if (next != null && next.state != State.UNRECORDED) {
                // The writer holds a part of another intent: to the journal with it.
                next.spill();
            }
            writer.begin(AuditRecord.OUTCOME, number)
                    .u64(statement)
                    .u64(micros)
                    .u64(fromClient)
                    .u64(toClient);
            write(outcome);
            records.outcome(writer);
            if (next != null && next.state != State.UNRECORDED) {
                next.continueInNewRecord();
            }
        }

        private void continueInNewRecord() {
            writer.begin(parametersBegun ? AuditRecord.PARAMETERS : AuditRecord.SQL, number)
                    .u64(statement);
        }

        private void write(Outcome outcome) {
            switch (outcome) {
                case Outcome.Ok ok -> {
                    writer.u8(0).u8(ordinal(ok.transaction())).u8(ok.rows() == null ? 0 : 1);
                    if (ok.rows() != null) {
                        writer.u64(ok.rows());
                    }
                }
                case Outcome.Failed failed -> {
                    writer.u8(1).u8(ordinal(failed.transaction())).text(failed.sqlState());
                    writer.u8(failed.errorCode() == null ? 0 : 1);
                    if (failed.errorCode() != null) {
                        writer.u32(failed.errorCode());
                    }
                    writer.text(cut(failed.message(), Outcome.MAX_MESSAGE_CHARS));
                }
                case Outcome.Skipped _ -> writer.u8(2).u8(-1);
                case Outcome.Unknown _ -> writer.u8(3).u8(-1);
            }
        }

        private int ordinal(@Nullable Transaction said) {
            if (said == null) {
                return -1;
            }
            transaction = said;
            return said.ordinal();
        }

        /** The record in the writer goes to the journal; the intent goes on in another. */
        private void spill() {
            if (state == State.BUFFERED) {
                writer.set8(wholeAt, 0);
                state = State.STREAMED;
            }
            pieces++;
            if (!append(Journal.Use.BEGIN)) {
                state = State.UNRECORDED;
            }
        }

        private void writingIn() {
            if (writing != this) {
                throw new IllegalStateException("the intent of this statement is no longer being written");
            }
        }

        private static @Nullable CharSequence bounded(@Nullable CharSequence value) {
            return value == null || value.length() <= MAX_PARAMETER_CHARS
                    ? value
                    : cut(value, MAX_PARAMETER_CHARS) + "… (" + value.length() + " characters)";
        }
    }

    /** The first {@code length} characters, or one fewer where that would split a surrogate pair. */
    private static String cut(CharSequence text, int length) {
        if (text.length() <= length) {
            return text.toString();
        }
        int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        return text.subSequence(0, end).toString();
    }
}
