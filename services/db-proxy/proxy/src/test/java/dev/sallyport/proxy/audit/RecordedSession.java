package dev.sallyport.proxy.audit;

import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.kernel.SessionId;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session that keeps in memory what it was told, and holds its caller to the order of calls. */
public final class RecordedSession implements AuditedSession {

    private final SessionId id = SessionId.next(InstantSource.system());

    /** Every statement begun, in order. */
    public final List<Recorded> statements = new ArrayList<>();

    public Charset charset = StandardCharsets.UTF_8;
    public @Nullable Transaction transaction;
    public long bytesFromClient;
    public long bytesToClient;
    /** Set to have the next write fail. */
    public boolean journalBroken;

    @Override
    public SessionId id() {
        return id;
    }

    @Override
    public void charset(Charset now) {
        charset = now;
    }

    @Override
    public Recorded begin(String kind) {
        if (!statements.isEmpty() && statements.getLast().state == State.WRITING) {
            throw new IllegalStateException("the intent before is still being written");
        }
        Recorded next = new Recorded(kind);
        statements.add(next);
        return next;
    }

    @Override
    public void transaction(Transaction now) {
        transaction = now;
    }

    @Override
    public void countFromClient(long bytes) {
        bytesFromClient += bytes;
    }

    @Override
    public void countToClient(long bytes) {
        bytesToClient += bytes;
    }

    /** The statements that will become events. */
    public List<Recorded> executed() {
        return statements.stream()
                .filter(one -> one.state == State.READY || one.state == State.ENDED)
                .filter(one -> !(one.outcome instanceof Outcome.Skipped))
                .toList();
    }

    private void write() {
        if (journalBroken) {
            throw new JournalException("the journal is broken, as the test wants");
        }
    }

    /** Where a recorded statement is. */
    public enum State {
        WRITING,
        ABANDONED,
        READY,
        ENDED
    }

    /** One statement as recorded. */
    public final class Recorded implements Statement {

        public final String kind;
        public final List<Parameter> parameters = new ArrayList<>();
        public State state = State.WRITING;
        public @Nullable Outcome outcome;
        public long fromClient;
        public long toClient;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        private Recorded(String kind) {
            this.kind = kind;
        }

        /** The SQL so far. */
        public String sql() {
            return bytes.toString(charset);
        }

        @Override
        public void sql(ByteBuf piece) {
            write();
            in(State.WRITING);
            if (!parameters.isEmpty()) {
                throw new IllegalStateException("SQL after the first parameter");
            }
            byte[] copy = new byte[piece.readableBytes()];
            piece.getBytes(piece.readerIndex(), copy);
            bytes.writeBytes(copy);
        }

        @Override
        public void parameter(@Nullable String name, String type, @Nullable CharSequence value) {
            write();
            in(State.WRITING);
            parameters.add(new Parameter(type, value == null ? null : value.toString(), name));
        }

        @Override
        public void ready() {
            write();
            in(State.WRITING);
            state = State.READY;
        }

        @Override
        public void abandon() {
            in(State.WRITING);
            state = State.ABANDONED;
        }

        @Override
        public void countFromClient(long count) {
            fromClient += count;
        }

        @Override
        public void countToClient(long count) {
            toClient += count;
        }

        @Override
        public void end(Outcome how) {
            in(State.READY);
            Recorded oldest = statements.stream()
                    .filter(one -> one.state == State.READY)
                    .findFirst()
                    .orElseThrow();
            if (oldest != this) {
                throw new IllegalStateException("an older statement waits for its outcome");
            }
            state = State.ENDED;
            outcome = how;
        }

        private void in(State expected) {
            if (state != expected) {
                throw new IllegalStateException("the statement is " + state + ", not " + expected);
            }
        }
    }
}
