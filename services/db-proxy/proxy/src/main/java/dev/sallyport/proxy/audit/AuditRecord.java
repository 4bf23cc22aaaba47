package dev.sallyport.proxy.audit;

import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of the journal, read back. Numbers name the session and the statement within the journal. Written by {@link
 * JournaledSession}.
 */
public sealed interface AuditRecord {

    byte OPENED = 1;
    byte INTENT = 2;
    byte SQL = 3;
    byte PARAMETERS = 4;
    byte READY = 5;
    byte OUTCOME = 6;
    byte CLOSED = 7;
    byte GAP = 8;
    byte DAMAGED = 9;

    long session();

    /** @param event {@code session.opened} as JSON */
    record Opened(long session, String event) implements AuditRecord {}

    /**
     * The begin of a statement.
     *
     * @param whole whether the statement is ready with this record: nothing of the intent follows
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Intent(
            long session,
            long statement,
            long startedAtMicros,
            boolean whole,
            String kind,
            String charset,
            byte[] sql,
            List<Parameter> parameters)
            implements AuditRecord {}

    /** More of the SQL. */
    @SuppressWarnings("ArrayRecordComponent")
    record Sql(long session, long statement, byte[] sql) implements AuditRecord {}

    /** More parameters. */
    record Parameters(long session, long statement, List<Parameter> parameters) implements AuditRecord {}

    /**
     * The intent is whole.
     *
     * @param records how many it has besides this one
     */
    record Ready(long session, long statement, int records) implements AuditRecord {}

    /** @param outcome of the statement; the transaction as the target said it, or null */
    record Ended(
            long session,
            long statement,
            long durationMicros,
            long bytesFromClient,
            long bytesToClient,
            Outcome outcome)
            implements AuditRecord {}

    /** @param cause a label of {@link dev.sallyport.proxy.connection.CloseCause} */
    record Closed(long session, long closedAtMicros, long bytesFromClient, long bytesToClient, String cause)
            implements AuditRecord {}

    /**
     * Statements were executed that are in no record.
     *
     * @param why there was no room for them
     */
    record Gap(long session, long statements, long sinceMicros, long untilMicros, String why) implements AuditRecord {}

    /**
     * A part of the journal cannot be read. It is of no session.
     *
     * @param event {@code journal.damaged} as JSON
     */
    record Damaged(long session, String event) implements AuditRecord {}

    /** @throws IllegalArgumentException when {@code payload} is no such record: another version wrote it */
    static AuditRecord read(byte[] payload) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        byte type = in.get();
        long session = in.getLong();
        return switch (type) {
            case OPENED -> new Opened(session, present(in));
            case INTENT -> intent(session, in);
            case SQL -> new Sql(session, in.getLong(), rest(in));
            case PARAMETERS -> new Parameters(session, in.getLong(), parameters(in));
            case READY -> new Ready(session, in.getLong(), in.getInt());
            case OUTCOME -> ended(session, in);
            case CLOSED -> new Closed(session, in.getLong(), in.getLong(), in.getLong(), present(in));
            case GAP -> new Gap(session, in.getLong(), in.getLong(), in.getLong(), present(in));
            case DAMAGED -> new Damaged(session, present(in));
            default -> throw new IllegalArgumentException("a journal record of the unknown type " + type);
        };
    }

    private static Intent intent(long session, ByteBuffer in) {
        long statement = in.getLong();
        long startedAt = in.getLong();
        boolean whole = in.get() == 1;
        String kind = present(in);
        String charset = present(in);
        byte[] sql = new byte[in.getInt()];
        in.get(sql);
        return new Intent(session, statement, startedAt, whole, kind, charset, sql, parameters(in));
    }

    private static Ended ended(long session, ByteBuffer in) {
        long statement = in.getLong();
        long duration = in.getLong();
        long fromClient = in.getLong();
        long toClient = in.getLong();
        byte kind = in.get();
        byte transactionOrdinal = in.get();
        Transaction transaction = transactionOrdinal < 0 ? null : Transaction.values()[transactionOrdinal];
        Outcome outcome = switch (kind) {
            case 0 -> new Outcome.Ok(in.get() == 1 ? in.getLong() : null, transaction);
            case 1 -> new Outcome.Failed(text(in), in.get() == 1 ? in.getInt() : null, present(in), transaction);
            case 2 -> Outcome.SKIPPED;
            case 3 -> Outcome.UNKNOWN;
            default -> throw new IllegalArgumentException("an outcome of the unknown kind " + kind);
        };
        return new Ended(session, statement, duration, fromClient, toClient, outcome);
    }

    private static List<Parameter> parameters(ByteBuffer in) {
        List<Parameter> parameters = new ArrayList<>();
        while (in.hasRemaining()) {
            String type = text(in);
            parameters.add(type == null ? named(present(in), in) : new Parameter(type, text(in)));
        }
        return parameters;
    }

    /** A name comes before the type, behind an absent text: what an older version wrote reads as ever. */
    private static Parameter named(String name, ByteBuffer in) {
        String type = present(in);
        return new Parameter(type, text(in), name);
    }

    private static byte[] rest(ByteBuffer in) {
        byte[] rest = new byte[in.remaining()];
        in.get(rest);
        return rest;
    }

    private static String present(ByteBuffer in) {
        String text = text(in);
        if (text == null) {
            throw new IllegalArgumentException("a text is missing in a journal record");
        }
        return text;
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
        in.position(in.position() + length);
        return text;
    }
}
