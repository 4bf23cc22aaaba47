package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What becomes of commands that are judged by their contents, once they are whole: texts that may turn out to be a KILL, and
 * those that carry no SQL and are recorded as the statement that says the same.
 */
final class ShortCommands {

    private static final ErrPacket NOT_BY_NUMBER = new ErrPacket(
            1227, "42000", "Access denied; through Sallyport KILL takes the number of a connection of your own, alone");

    /** What becomes of one. */
    sealed interface Verdict {}

    /** It does not reach the target. */
    record Refused(ErrPacket why) implements Verdict {}

    /**
     * It is recorded and sent.
     *
     * @param payload what the target gets
     * @param rewritten whether that is not what the client sent: without its attributes
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Sent(String kind, byte[] sql, ResponseReader.Awaited then, byte[] payload, boolean rewritten)
            implements Verdict {}

    private final String database;
    private final Conversation.Threads threads;
    private final boolean queryAttributes;

    /**
     * @param database the only one that {@code COM_INIT_DB} may choose
     * @param threads which connections {@code KILL} may end
     * @param queryAttributes whether a text has counts of attributes before it
     */
    ShortCommands(String database, Conversation.Threads threads, boolean queryAttributes) {
        this.database = database;
        this.threads = threads;
        this.queryAttributes = queryAttributes;
    }

    /**
     * @param payload the whole command
     * @param sqlAt where a COM_QUERY has its SQL
     */
    Verdict judge(int command, byte[] payload, int sqlAt, Charset charset) {
        PayloadReader in = new PayloadReader().set(Unpooled.wrappedBuffer(payload), 1, payload.length);
        return switch (command) {
            case Command.QUERY -> query(payload, sqlAt);
            case Command.INIT_DB -> chooseDatabase(payload, in.restText(), charset);
            case Command.FIELD_LIST -> {
                String table = in.nulText();
                String like = in.restText();
                String sql = "SHOW COLUMNS FROM " + quoted(table)
                        + (like.isEmpty() ? "" : " LIKE '" + like.replace("'", "''") + "'");
                yield asSent("field_list", sql.getBytes(charset), ResponseReader.Awaited.ROWS, payload);
            }
            case Command.PROCESS_KILL -> kill(command, new KillCommand("KILL ", Integer.toUnsignedLong(in.i32())));
            default ->
                asSent("process_info", "SHOW PROCESSLIST".getBytes(charset), ResponseReader.Awaited.FIRST, payload);
        };
    }

    private Verdict query(byte[] payload, int sqlAt) {
        byte[] sql = Arrays.copyOfRange(payload, sqlAt, payload.length);
        // Of a KILL all that matters is ASCII, in any character set that a client may use.
        String text = new String(sql, StandardCharsets.ISO_8859_1);
        if (sql.length <= KillCommand.MAX_BYTES && KillCommand.isKill(text)) {
            Optional<KillCommand> kill = KillCommand.parse(text);
            return kill.isPresent() ? kill(Command.QUERY, kill.get()) : new Refused(NOT_BY_NUMBER);
        }
        return asSent("query", sql, ResponseReader.Awaited.FIRST, payload);
    }

    private Verdict chooseDatabase(byte[] payload, String name, Charset charset) {
        return name.equals(database)
                ? asSent("init_db", ("USE " + quoted(name)).getBytes(charset), ResponseReader.Awaited.SIMPLE, payload)
                : new Refused(new ErrPacket(
                        1044,
                        "42000",
                        "Access denied to database '" + name + "': the grant is for '" + database + "'"));
    }

    /** Recorded and forwarded is what the target understands. */
    private Verdict kill(int command, KillCommand kill) {
        OptionalLong thread = threads.known(kill.id());
        if (thread.isEmpty()) {
            return new Refused(new ErrPacket(1094, "HY000", "Unknown thread id: " + kill.id()));
        }
        byte[] sql = kill.of(thread.getAsLong());
        if (command == Command.QUERY) {
            ByteBuf query = Unpooled.buffer(3 + sql.length).writeByte(command);
            if (queryAttributes) {
                query.writeByte(0).writeByte(1);
            }
            query.writeBytes(sql);
            return new Sent("query", sql, ResponseReader.Awaited.FIRST, Packets.drain(query), true);
        }
        ByteBuf order = Unpooled.buffer(5).writeByte(command).writeIntLE((int) thread.getAsLong());
        return new Sent("process_kill", sql, ResponseReader.Awaited.SIMPLE, Packets.drain(order), true);
    }

    private static Sent asSent(String kind, byte[] sql, ResponseReader.Awaited then, byte[] payload) {
        return new Sent(kind, sql, then, payload, false);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
