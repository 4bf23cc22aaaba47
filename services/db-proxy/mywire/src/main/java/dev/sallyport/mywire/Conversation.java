package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The command phase of one connection. What the client sends is told to the {@link ConversationListener} and passed on by
 * reference; a command that is not let through is answered here. One command at a time is with the target, as in the protocol:
 * what a client sends ahead is held until the response is through, and its reader should stop it while {@link #backlogged}.
 *
 * <pre>
 *  HEAD ─ let through ─▶ FORWARDED ─ last byte ─▶ response awaited ─▶ HEAD
 *    │ short, to be judged ─▶ HELD ─ last byte ─▶ forwarded, or refused
 *    └ refused ─▶ DROPPED ─ last byte ─▶ ERR, or nothing where the protocol has no answer
 * </pre>
 *
 * <p>While the response awaits a file of the client's ({@code LOAD DATA LOCAL INFILE}, where it was agreed on), what comes from
 * the client is the file, up to its empty packet, and is passed on. A target that asks without that agreement gets an empty file,
 * and the client an ERR in place of the response.
 *
 * <p>Confined to one thread. Buffers given to it are its own to release.
 */
public final class Conversation {

    /** Where bytes go; the callee owns them. */
    public interface Ends {
        void toTarget(ByteBuf bytes);

        void toClient(ByteBuf bytes);
    }

    /** Whose connections there are at the target. */
    public interface Threads {
        /** What the target calls the client's own connection that the client calls {@code id}; empty when it has none. */
        OptionalLong known(long id);
    }

    /** The longest payload of a command that is judged by its contents. */
    static final int MAX_HELD_BYTES = 4096;

    /** How many files one command may ask for. */
    static final int MAX_FILES = 64;

    private static final int HEAD_BYTES = 9;
    private static final int COMMAND_AT = Packets.HEADER_BYTES;
    /** Where a query says how many attributes it has, and in how many sets. */
    private static final int COUNTS_AT = COMMAND_AT + 1;

    private static final int FIRST_BYTE_NOT_HERE = -1;

    private static final ErrPacket NO_LOCAL_FILES =
            new ErrPacket(3948, "42000", "Loading local data is disabled: the server asked for a file all the same");

    private enum Fate {
        FORWARDED,
        HELD,
        DROPPED
    }

    private enum Audit {
        NONE,
        STATEMENT,
        PREPARATION
    }

    /** What reads the payload behind the head as it comes. */
    private interface Body {
        void read(ByteBuf in, int at, int length);
    }

    private static final Body UNREAD = (in, at, length) -> {};

    private final ConversationListener listener;
    private final Ends ends;
    private final ByteBufAllocator allocator;
    private final Charset initialCharset;
    private final ParameterReader.Sink told;
    private final ResponseReader responses;
    private final boolean queryAttributes;
    private final ShortCommands shortCommands;
    private final PreparedStatements prepared = new PreparedStatements();
    private final Deque<ByteBuf> backlog = new ArrayDeque<>();
    private Charset charset;

    private final ByteBuf head = Unpooled.buffer(HEAD_BYTES, HEAD_BYTES);
    private final Frames frames = new Frames();
    private boolean inBody;
    private long bytes;

    private Fate fate = Fate.DROPPED;
    private Audit audit = Audit.NONE;
    private Body body = UNREAD;
    private @Nullable Runnable atEnd;
    private @Nullable ErrPacket refusal;
    private ResponseReader.Awaited answer = ResponseReader.Awaited.NOTHING;
    private @Nullable ByteBuf headToForward;
    private @Nullable ByteBuf held;
    private int command;
    private @Nullable QueryAttributes attributes;
    private byte[] preparing = new byte[0];
    private boolean quitting;
    private boolean inFile;
    private int files;
    /** What of the target's packet is here while it is not clear whether the client may have it. */
    private @Nullable ByteBuf undecided;

    private @Nullable ByteBuf ownAnswer;

    /**
     * @param capabilities as agreed with the client
     * @param charset in which the client writes SQL at first
     * @param database the only one that {@code COM_INIT_DB} may choose
     * @param threads which connections {@code KILL} may end
     */
    public Conversation(
            int capabilities,
            Charset charset,
            String database,
            ConversationListener listener,
            Ends ends,
            Threads threads,
            ByteBufAllocator allocator) {
        this.charset = charset;
        this.initialCharset = charset;
        this.listener = listener;
        this.told = listener::parameter;
        this.ends = ends;
        this.allocator = allocator;
        this.responses = new ResponseReader(new Outcomes(), capabilities);
        this.queryAttributes = Capabilities.has(capabilities, Capabilities.QUERY_ATTRIBUTES);
        this.shortCommands = new ShortCommands(database, threads, queryAttributes);
    }

    /** Bytes of the client. */
    public void fromClient(ByteBuf in) {
        backlog.add(in);
        work();
    }

    /** Bytes of the target. */
    public void fromTarget(ByteBuf in) {
        int upTo;
        try {
            upTo = responses.read(in);
        } catch (RuntimeException e) {
            in.release();
            throw e;
        }
        if (undecided == null && upTo == in.writerIndex()) {
            ends.toClient(in);
        } else {
            backInPart(in, upTo);
        }
        work();
    }

    /** The rare case: of what the target sent, something may not be for the client. */
    private void backInPart(ByteBuf in, int upTo) {
        ByteBuf before = undecided;
        undecided = null;
        int kept = in.writerIndex() - upTo;
        if (before != null && upTo > in.readerIndex()) {
            ends.toClient(before);
            before = null;
        }
        if (upTo > in.readerIndex()) {
            ends.toClient(in.retainedSlice(in.readerIndex(), upTo - in.readerIndex()));
        }
        if (responses.undecided()) {
            undecided = (before == null ? allocator.buffer(Packets.HEADER_BYTES) : before).writeBytes(in, upTo, kept);
        } else if (before != null) {
            before.release();
        }
        in.release();
        ByteBuf answer = ownAnswer;
        ownAnswer = null;
        if (answer != null) {
            ends.toClient(answer);
        }
    }

    /** Whether the client has sent ahead and should not be read for now. */
    public boolean backlogged() {
        return !backlog.isEmpty();
    }

    /** Whether the target owes an answer. */
    public boolean awaitsTarget() {
        return responses.awaited() != ResponseReader.Awaited.NOTHING;
    }

    /** Whether nothing is under way. */
    public boolean idle() {
        return !awaitsTarget() && !inFile && !inBody && !head.isReadable() && backlog.isEmpty();
    }

    /** Whether the client has said goodbye. */
    public boolean quitting() {
        return quitting;
    }

    /** The number for an ERR out of turn to the client; -1 when a packet is half-way through and none can be said. */
    public int sequenceForError() {
        if (!responses.betweenPackets()) {
            return -1;
        }
        int last = awaitsTarget() && !inFile && responses.sequence() > 0 ? responses.sequence() : frames.sequence();
        return idle() ? 0 : last + 1 & 0xFF;
    }

    /** Lets go of what is held. */
    public void release() {
        backlog.forEach(ByteBuf::release);
        backlog.clear();
        ByteBuf waiting = headToForward;
        headToForward = null;
        if (waiting != null) {
            waiting.release();
        }
        ByteBuf begun = undecided;
        undecided = null;
        if (begun != null) {
            begun.release();
        }
    }

    private void work() {
        while (inFile || !awaitsTarget()) {
            ByteBuf next = backlog.poll();
            if (next == null) {
                return;
            }
            try {
                read(next);
            } finally {
                next.release();
            }
        }
    }

    /** Reads commands up to the end, or to one that has to be answered first; what is behind it goes back to the backlog. */
    private void read(ByteBuf in) {
        int forward = in.readerIndex();
        int at = forward;
        int end = in.writerIndex();
        while (at < end) {
            if (inFile) {
                at = file(in, at, end);
                fate = Fate.FORWARDED;
                forward(in, forward, at);
                forward = at;
                if (at < end && awaitsTarget()) {
                    backlog.addFirst(in.retainedSlice(at, end - at));
                    return;
                }
            } else if (!inBody) {
                int carried = head.readableBytes();
                int from = at;
                at = head(in, at, end);
                if (at < 0) {
                    return;
                }
                decide(carried == 0, at < end ? in.getByte(at) : FIRST_BYTE_NOT_HERE);
                forward = carried == 0 ? from : at;
            } else if (frames.frameEnded()) {
                at = frames.readHeader(in, at, end);
                bytes += frames.inHeader() ? 0 : Packets.HEADER_BYTES;
            } else {
                int taken = frames.take(end - at);
                body.read(in, at, taken);
                at += taken;
                bytes += taken;
            }
            if (inBody && frames.packetEnded()) {
                complete(in, forward, at);
                forward = at;
                if (awaitsTarget()) {
                    if (at < end) {
                        backlog.addFirst(in.retainedSlice(at, end - at));
                    }
                    return;
                }
            }
        }
        if (inBody) {
            forward(in, forward, end);
        }
    }

    /** Gathers the head: header, command, and the statement's id or the counts of attributes where there are any. Negative when more is needed. */
    private int head(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end) {
            head.writeByte(in.getByte(at++));
            if (head.readableBytes() > COMMAND_AT && head.readableBytes() == headLength()) {
                return at;
            }
            if (head.readableBytes() == COMMAND_AT && head.getUnsignedMediumLE(0) == 0) {
                throw new MalformedPacketException("a command was expected");
            }
        }
        return -1;
    }

    private int headLength() {
        int length = head.getUnsignedMediumLE(0);
        int started = head.getUnsignedByte(COMMAND_AT);
        if (started == Command.QUERY && queryAttributes) {
            if (length < 3) {
                throw new MalformedPacketException("the counts of query attributes were expected");
            }
            return COUNTS_AT + 2;
        }
        boolean withId = switch (started) {
            case Command.STMT_EXECUTE,
                    Command.STMT_SEND_LONG_DATA,
                    Command.STMT_CLOSE,
                    Command.STMT_RESET,
                    Command.STMT_FETCH -> true;
            default -> false;
        };
        if (withId && length < 5) {
            throw new MalformedPacketException("a statement's id was expected");
        }
        return withId ? HEAD_BYTES : COMMAND_AT + 1;
    }

    /** The packets of a file, each of them counted, up to the empty one that ends it. */
    private int file(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end && inFile) {
            if (frames.frameEnded()) {
                boolean within = frames.continues();
                at = frames.readHeader(in, at, end);
                if (!within && frames.packetEnded()) {
                    inFile = false;
                    responses.fileSent();
                }
            } else {
                int taken = frames.take(end - at);
                listener.fileBytes(taken);
                at += taken;
            }
        }
        return at;
    }

    /** The head is here: what is to become of the command? */
    private void decide(boolean inPlace, int firstByte) {
        int length = head.getUnsignedMediumLE(0);
        frames.begin(length, head.getUnsignedByte(3));
        frames.take(head.readableBytes() - Packets.HEADER_BYTES);
        bytes = head.readableBytes();
        inBody = true;
        body = UNREAD;
        atEnd = null;
        refusal = null;
        held = null;
        attributes = null;
        files = 0;
        audit = Audit.NONE;
        answer = ResponseReader.Awaited.NOTHING;
        command = head.getUnsignedByte(COMMAND_AT);
        judge(length, firstByte);
        if (fate == Fate.FORWARDED && !inPlace) {
            headToForward = allocator.buffer(HEAD_BYTES).writeBytes(head, 0, head.readableBytes());
        }
        head.clear();
    }

    private void judge(int length, int firstByte) {
        switch (command) {
            case Command.QUERY -> query(length, firstByte);
            case Command.STMT_PREPARE -> prepare(length);
            case Command.STMT_EXECUTE -> withStatement(this::execute);
            case Command.STMT_FETCH -> withStatement(this::fetch);
            case Command.STMT_RESET ->
                withStatement(found -> {
                    found.forgetLongData();
                    pass(ResponseReader.Awaited.SIMPLE);
                });
            case Command.STMT_SEND_LONG_DATA -> withStatement(this::longData);
            case Command.STMT_CLOSE ->
                withStatement(found -> {
                    prepared.remove(head.getIntLE(COMMAND_AT + 1));
                    pass(ResponseReader.Awaited.NOTHING);
                });
            case Command.INIT_DB, Command.FIELD_LIST, Command.PROCESS_KILL, Command.PROCESS_INFO -> hold(length);
            case Command.PING, Command.SET_OPTION, Command.RESET_CONNECTION -> pass(ResponseReader.Awaited.SIMPLE);
            case Command.STATISTICS -> pass(ResponseReader.Awaited.TEXT);
            case Command.QUIT -> {
                quitting = true;
                pass(ResponseReader.Awaited.NOTHING);
            }
            default -> drop(Command.refusal(command));
        }
    }

    private void pass(ResponseReader.Awaited then) {
        fate = Fate.FORWARDED;
        answer = then;
    }

    private void drop(@Nullable ErrPacket why) {
        fate = Fate.DROPPED;
        refusal = why;
    }

    private void statement(String kind, ResponseReader.Awaited then) {
        pass(then);
        audit = Audit.STATEMENT;
        listener.begun(kind);
        body = this::sql;
    }

    /** A short one that may turn out to be a KILL is looked at as a whole. */
    private void query(int length, int firstByte) {
        attributes = queryAttributes ? attributesAhead() : null;
        if (attributes != null) {
            queryWithAttributes(length);
            return;
        }
        int sqlBytes = length - (head.readableBytes() - COMMAND_AT);
        boolean mayBeKill = sqlBytes <= KillCommand.MAX_BYTES
                && (firstByte == FIRST_BYTE_NOT_HERE || KillCommand.mayBegin(firstByte));
        if (mayBeKill) {
            hold(length);
        } else {
            statement("query", ResponseReader.Awaited.FIRST);
        }
    }

    private @Nullable QueryAttributes attributesAhead() {
        int count = head.getUnsignedByte(COUNTS_AT);
        if (count > QueryAttributes.MAX_ATTRIBUTES || head.getUnsignedByte(COUNTS_AT + 1) != 1) {
            throw new MalformedPacketException(
                    "one set of at most " + QueryAttributes.MAX_ATTRIBUTES + " query attributes was expected");
        }
        return count == 0 ? null : new QueryAttributes(count, charset);
    }

    /** Its first byte of SQL is not known yet: a short one is looked at as a whole, whatever it is. */
    private void queryWithAttributes(int length) {
        if (length <= MAX_HELD_BYTES) {
            hold(length);
            return;
        }
        statement("query", ResponseReader.Awaited.FIRST);
        body = (in, at, count) -> {
            int sqlAt = afterAttributes(in, at, count);
            sql(in, sqlAt, at + count - sqlAt);
        };
        atEnd = this::tellAttributes;
    }

    private int afterAttributes(ByteBuf in, int at, int length) {
        return attributes == null ? at : attributes.read(in, at, length);
    }

    private void tellAttributes() {
        if (attributes != null) {
            attributes.tell(listener);
        }
    }

    private void sql(ByteBuf in, int at, int length) {
        listener.sql(in.slice(at, length));
    }

    private void prepare(int length) {
        if (length == Packets.FULL_FRAME || !prepared.roomFor(length)) {
            drop(new ErrPacket(1461, "42000", "Can't create more prepared statements on this connection: close some"));
            return;
        }
        prepared.preparing();
        statement("stmt_prepare", ResponseReader.Awaited.PREPARED);
        audit = Audit.PREPARATION;
        ByteBuf text = Unpooled.buffer(length);
        body = (in, at, count) -> {
            text.writeBytes(in, at, count);
            sql(in, at, count);
        };
        atEnd = () -> preparing = Packets.drain(text);
    }

    /** A statement that is not known here is not known to the target: its answer is given here, where there is one. */
    private void withStatement(Consumer<PreparedStatement> then) {
        PreparedStatement found = prepared.find(head.getIntLE(COMMAND_AT + 1));
        if (found != null) {
            then.accept(found);
        } else {
            boolean silent = command == Command.STMT_SEND_LONG_DATA || command == Command.STMT_CLOSE;
            drop(silent ? null : new ErrPacket(1243, "HY000", "Unknown prepared statement handler"));
        }
    }

    private void execute(PreparedStatement found) {
        statement("stmt_execute", ResponseReader.Awaited.FIRST);
        listener.sql(Unpooled.wrappedBuffer(found.sql));
        ParameterReader parameters = ParameterReader.ofExecution(told, charset, found, queryAttributes);
        body = parameters::read;
        atEnd = () -> {
            parameters.end();
            found.forgetLongData();
        };
    }

    private void fetch(PreparedStatement found) {
        statement("stmt_fetch", ResponseReader.Awaited.ROWS);
        listener.sql(Unpooled.wrappedBuffer(found.sql));
        body = UNREAD;
    }

    private void longData(PreparedStatement found) {
        pass(ResponseReader.Awaited.NOTHING);
        ByteBuf number = Unpooled.buffer(2, 2);
        body = (in, from, count) -> {
            int ahead = Math.min(count, number.writableBytes());
            number.writeBytes(in, from, ahead);
            if (number.isWritable()) {
                return;
            }
            int parameter = number.getUnsignedShortLE(0);
            if (parameter < found.parameters
                    && (found.sentAhead(parameter) != null || found.parametersSentAhead() < 64)) {
                found.longData(parameter).add(in, from + ahead, count - ahead);
            }
        };
    }

    private void hold(int length) {
        if (length > MAX_HELD_BYTES) {
            drop(new ErrPacket(1153, "08S01", "Got a packet bigger than a command of this kind may be"));
            return;
        }
        fate = Fate.HELD;
        ByteBuf payload = Unpooled.buffer(length).writeBytes(head, COMMAND_AT, head.readableBytes() - COMMAND_AT);
        held = payload;
        body = payload::writeBytes;
    }

    /** The last byte is here. */
    private void complete(ByteBuf in, int from, int to) {
        inBody = false;
        switch (fate) {
            case FORWARDED -> {
                if (atEnd != null) {
                    atEnd.run();
                }
                if (audit != Audit.NONE) {
                    listener.ready(bytes);
                }
                forward(in, from, to);
                responses.expect(answer);
            }
            case HELD -> judgeHeld();
            case DROPPED -> refuse();
        }
    }

    private void judgeHeld() {
        ByteBuf payload = held;
        if (payload == null) {
            throw new IllegalStateException("nothing is held");
        }
        byte[] whole = Packets.drain(payload);
        int sqlAt = COUNTS_AT + (queryAttributes ? 2 : 0) - COMMAND_AT;
        if (command == Command.QUERY) {
            sqlAt = afterAttributes(Unpooled.wrappedBuffer(whole), sqlAt, whole.length - sqlAt);
        }
        switch (shortCommands.judge(command, whole, sqlAt, charset)) {
            case ShortCommands.Refused refused -> refuse(refused.why());
            case ShortCommands.Sent sent -> aside(sent);
        }
    }

    /** A command that is recorded and sent on whole. */
    private void aside(ShortCommands.Sent sent) {
        audit = Audit.STATEMENT;
        listener.begun(sent.kind());
        listener.sql(Unpooled.wrappedBuffer(sent.sql()));
        if (!sent.rewritten()) {
            tellAttributes();
        }
        listener.ready(bytes);
        responses.expect(sent.then());
        ends.toTarget(Packets.of(allocator, frames.sequence(), sent.payload()));
    }

    private void refuse(ErrPacket why) {
        refusal = why;
        refuse();
    }

    private void refuse() {
        if (refusal != null) {
            ends.toClient(Packets.of(allocator, frames.sequence() + 1, refusal.encode()));
        }
    }

    private void forward(ByteBuf in, int from, int to) {
        if (fate != Fate.FORWARDED) {
            return;
        }
        ByteBuf before = headToForward;
        headToForward = null;
        if (before != null) {
            ends.toTarget(before);
        }
        if (from == in.readerIndex() && to == in.writerIndex()) {
            ends.toTarget(in.retain());
        } else if (to > from) {
            ends.toTarget(in.retainedSlice(from, to - from));
        }
    }

    /** What came of the command that is with the target. */
    private final class Outcomes implements ResponseReader.Listener {

        @Override
        public void fileAsked(ByteBuf name) {
            if (inFile || ++files > MAX_FILES) {
                throw new MalformedPacketException("at most " + MAX_FILES + " files of one command were expected");
            }
            listener.fileAsked(name);
            inFile = true;
            frames.sequence(responses.sequence());
        }

        @Override
        public void fileDenied() {
            ends.toTarget(Packets.of(allocator, responses.sequence() + 1, new byte[0]));
        }

        @Override
        public void endedWithout(int deniedAt) {
            failed(NO_LOCAL_FILES);
            ownAnswer = Packets.of(allocator, deniedAt, NO_LOCAL_FILES.encode());
        }

        @Override
        public void prepared(int id, int parameters) {
            prepared.add(id, new PreparedStatement(preparing, parameters));
            preparing = new byte[0];
        }

        @Override
        public void ended(long rows, boolean inTransaction) {
            switch (audit) {
                case STATEMENT -> listener.done(rows, inTransaction);
                case PREPARATION -> listener.notExecuted();
                case NONE -> listener.transaction(inTransaction);
            }
            if (command == Command.RESET_CONNECTION) {
                prepared.clear();
                recode(initialCharset);
            }
        }

        @Override
        public void failed(ErrPacket error) {
            if (audit != Audit.NONE) {
                listener.failed(error);
            }
        }

        @Override
        public void characterSet(String name) {
            recode(CharacterSets.named(name));
        }

        private void recode(Charset now) {
            charset = now;
            listener.characterSet(now);
        }
    }
}
