package dev.sallyport.pgwire.conversation;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told, one line each, and holds the conversation to the order of calls. */
final class WrittenTrail implements AuditTrail {

    final List<String> lines = new ArrayList<>();
    final Deque<Written> waiting = new ArrayDeque<>();
    private @Nullable Written writing;
    int intents;

    @Override
    public Recording begin(String kind) {
        if (writing != null) {
            throw new IllegalStateException("the intent before is still open");
        }
        intents++;
        Written begun = new Written(kind);
        writing = begun;
        return begun;
    }

    @Override
    public void transaction(TransactionStatus status) {
        lines.add("= ready " + status.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public void parameterStatus(String name, String value) {
        lines.add("= parameter " + name + " " + value);
    }

    /** One statement. */
    final class Written implements Recording {

        private final String kind;
        private final StringBuilder text = new StringBuilder();
        long fromClient;
        long toClient;

        private Written(String kind) {
            this.kind = kind;
        }

        @Override
        public void sql(ByteBuf piece) {
            text.append(piece.toString(StandardCharsets.UTF_8));
        }

        @Override
        public void parameter(String type, @Nullable String value) {
            text.append(" [").append(type).append(' ').append(value).append(']');
        }

        @Override
        public void ready() {
            writing = null;
            waiting.add(this);
        }

        @Override
        public void abandon() {
            writing = null;
            lines.add("= " + kind + " abandoned: " + text);
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
        public void done(@Nullable Long rows, @Nullable TransactionStatus transaction) {
            ended("ok" + (rows == null ? "" : " " + rows));
        }

        @Override
        public void failed(String sqlState, String message, @Nullable TransactionStatus transaction) {
            ended("failed " + sqlState);
        }

        @Override
        public void skipped() {
            ended("skipped");
        }

        @Override
        public void unknown() {
            ended("unknown");
        }

        private void ended(String how) {
            if (waiting.peek() != this) {
                throw new IllegalStateException("an older statement waits for its outcome");
            }
            waiting.remove();
            lines.add(("= " + kind + " " + how + ": " + text).stripTrailing());
        }
    }
}
