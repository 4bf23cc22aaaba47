package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.FrameSink;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the client says: intents, and what the target will owe for it. */
final class ClientMessages implements FrameSink {

    /** PostgreSQL's own bound of messages that hold no data, {@code PQ_SMALL_MESSAGE_LIMIT}. */
    static final int MAX_SMALL_BYTES = 10_000;

    /** Names differ in this many bytes at most: the server looks at no more ({@code NAMEDATALEN - 1}). */
    static final int MAX_NAME_BYTES = 63;

    private static final int HEADER_BYTES = 5;

    private final Conversation conversation;
    private final Pipeline pipeline;
    private final PreparedStatements statements;
    private final Portals portals;
    private final Retention retention;
    private final ValueReader reader = new ValueReader();
    private final ArgumentReader arguments;
    private final String kindOfQuery;

    private byte type;
    private @Nullable Recording intent;
    private @Nullable String portalName;
    private @Nullable String statementName;
    private @Nullable Prepared bindOf;
    private int functionOid;
    private boolean functionKnown;
    private boolean argumentsRead;
    private long section;
    private long bytesSinceIntent;
    private boolean terminated;

    ClientMessages(
            Conversation conversation,
            Limits limits,
            Pipeline pipeline,
            PreparedStatements statements,
            Portals portals,
            Retention retention,
            boolean replication) {
        this.conversation = conversation;
        this.pipeline = pipeline;
        this.statements = statements;
        this.portals = portals;
        this.retention = retention;
        this.kindOfQuery = replication ? "replication" : "simple";
        this.arguments = new ArgumentReader(limits.maxValueBytes());
    }

    boolean terminated() {
        return terminated;
    }

    boolean intentOpen() {
        return intent != null;
    }

    void abandon() {
        Recording open = intent;
        if (open != null) {
            intent = null;
            open.abandon();
        }
    }

    @Override
    public int begin(byte messageType, int bodyBytes) {
        type = messageType;
        bytesSinceIntent += HEADER_BYTES + (long) bodyBytes;
        return switch (messageType) {
            case 'Q' -> query(bodyBytes);
            case 'P' -> extended(bodyBytes, retention.maxBytes());
            case 'B' -> bind(bodyBytes);
            case 'E', 'D', 'C' -> extended(bodyBytes, MAX_SMALL_BYTES);
            case 'F' -> functionCall(bodyBytes);
            case 'S' -> {
                empty(bodyBytes);
                section++;
                pipeline.sync();
                yield SKIP;
            }
            case 'd' -> {
                Execution copy = pipeline.copyIn();
                if (copy != null) {
                    copy.recording.countFromClient(HEADER_BYTES + (long) bodyBytes);
                    bytesSinceIntent = 0;
                }
                yield SKIP;
            }
            case 'c', 'f' -> {
                if (bodyBytes > MAX_SMALL_BYTES) {
                    throw invalidLength();
                }
                pipeline.copyEnd();
                yield SKIP;
            }
            case 'H' -> empty(bodyBytes);
            case 'X' -> {
                terminated = true;
                yield empty(bodyBytes);
            }
            default -> throw PgWireException.violation("invalid frontend message type " + Messages.name(messageType));
        };
    }

    @Override
    public void body(ByteBuf in, int index, int length) {
        switch (type) {
            case 'P' -> parse(in.slice(index, length));
            case 'E' -> execute(in.slice(index, length));
            case 'D' -> describe(in.slice(index, length));
            case 'C' -> close(in.slice(index, length));
            default -> throw new IllegalStateException("no body of a message " + Messages.name(type) + " is wanted");
        }
    }

    @Override
    public int piece(ByteBuf in, int index, int length, boolean last) {
        return switch (type) {
            case 'Q' -> queryPiece(in, index, length, last);
            case 'B' -> bindPiece(in, index, length, last);
            default -> functionCallPiece(in, index, length, last);
        };
    }

    private int query(int bodyBytes) {
        atLeast(bodyBytes, 1);
        if (pipeline.skipping()) {
            return SKIP;
        }
        intent = conversation.trail().begin(kindOfQuery);
        return STREAM;
    }

    private int queryPiece(ByteBuf in, int index, int length, boolean last) {
        Recording recording = Objects.requireNonNull(intent);
        int sqlBytes = last ? length - 1 : length;
        if (sqlBytes > 0) {
            recording.sql(in.slice(index, sqlBytes));
        }
        if (last) {
            if (in.getByte(index + sqlBytes) != 0) {
                throw invalidFormat();
            }
            recording.ready();
            pipeline.add(new Expected.Query(executing(recording)));
        }
        return length;
    }

    /** The intent is whole. */
    private Execution executing(Recording recording) {
        intent = null;
        recording.countFromClient(bytesSinceIntent);
        bytesSinceIntent = 0;
        return new Execution(recording);
    }

    private int extended(int bodyBytes, int maxBytes) {
        atLeast(bodyBytes, 2);
        if (pipeline.skipping()) {
            return SKIP;
        }
        if (bodyBytes > maxBytes) {
            throw type == 'P'
                    ? new PgWireException(
                            PgWireException.LIMIT_EXCEEDED,
                            "a statement to prepare may have " + maxBytes + " bytes at most through this proxy")
                    : invalidLength();
        }
        return bodyBytes;
    }

    private void parse(ByteBuf body) {
        String name = name(body);
        int sqlBytes = body.bytesBefore((byte) 0);
        if (sqlBytes < 0) {
            throw invalidFormat();
        }
        ByteBuf sql = body.readSlice(sqlBytes);
        body.skipBytes(1);
        atLeast(body.readableBytes(), 2);
        int[] types = new int[body.readUnsignedShort()];
        if (body.readableBytes() != types.length * 4) {
            throw invalidFormat();
        }
        for (int i = 0; i < types.length; i++) {
            types[i] = body.readInt();
        }
        Prepared prepared = Prepared.parsed(name, sql, types, section, statements.taken(name));
        statements.ask(prepared);
        pipeline.add(new Expected.Parse(prepared));
    }

    private int bind(int bodyBytes) {
        atLeast(bodyBytes, 8);
        portalName = null;
        statementName = null;
        bindOf = null;
        argumentsRead = false;
        arguments.begin(retention.maxBytes() / 4);
        return pipeline.skipping() ? SKIP : STREAM;
    }

    private int bindPiece(ByteBuf in, int index, int length, boolean last) {
        reader.offer(in, index, index + length);
        if (portalName == null && reader.readCString(MAX_NAME_BYTES)) {
            portalName = reader.takeName();
        }
        if (portalName != null && statementName == null && reader.readCString(MAX_NAME_BYTES)) {
            statementName = reader.takeName();
        }
        String portal = portalName;
        String statement = statementName;
        if (portal == null || statement == null) {
            return unfinished(length, last);
        }
        Prepared prepared = bindOf;
        if (prepared == null) {
            boolean renamed = !statement.isEmpty() && pipeline.mayRename();
            if (statements.uncertain(statement, section) || renamed && pipeline.tellsSoon()) {
                // Fewer than offered, so the rest waits; when the names end the piece, the next one does.
                return reader.index() - index;
            }
            prepared = renamed ? Prepared.unseen(statement) : statements.resolve(statement);
            bindOf = prepared;
        }
        argumentsRead = argumentsRead || arguments.read(reader, prepared::parameterType, conversation.charset());
        if (!argumentsRead) {
            return unfinished(length, last);
        }
        if (last) {
            Portal bound = new Portal(portal, prepared, arguments.parameters());
            portals.bind(bound);
            pipeline.add(new Expected.Bind(bound));
        }
        return length;
    }

    private static int unfinished(int length, boolean last) {
        if (last) {
            throw invalidFormat();
        }
        return length;
    }

    private void execute(ByteBuf body) {
        String name = name(body);
        if (body.readableBytes() != 4) {
            throw invalidFormat();
        }
        Portal portal = portals.resolve(name);
        Recording recording = conversation.trail().begin("execute");
        intent = recording;
        portal.tell(recording);
        pipeline.add(new Expected.Execute(executing(recording), portal));
    }

    private void describe(ByteBuf body) {
        byte what = body.readByte();
        String name = name(body);
        switch (what) {
            case 'S' -> pipeline.add(new Expected.DescribeStatement(statements.resolve(name)));
            case 'P' -> pipeline.add(new Expected.DescribePortal(portals.resolve(name)));
            default -> throw invalidFormat();
        }
    }

    private void close(ByteBuf body) {
        byte what = body.readByte();
        String name = name(body);
        switch (what) {
            case 'S' -> {
                Prepared closed = Prepared.closed(name, section);
                statements.ask(closed);
                pipeline.add(new Expected.CloseStatement(closed));
            }
            case 'P' -> pipeline.add(new Expected.ClosePortal(name));
            default -> throw invalidFormat();
        }
    }

    private int functionCall(int bodyBytes) {
        atLeast(bodyBytes, 10);
        functionKnown = false;
        argumentsRead = false;
        arguments.begin(retention.maxBytes() / 4);
        return pipeline.skipping() ? SKIP : STREAM;
    }

    private int functionCallPiece(ByteBuf in, int index, int length, boolean last) {
        reader.offer(in, index, index + length);
        if (!functionKnown && reader.readInt()) {
            functionKnown = true;
            functionOid = reader.number();
        }
        // The types of the arguments are the function's; nobody says them here.
        argumentsRead = argumentsRead || functionKnown && arguments.read(reader, argument -> 0, conversation.charset());
        if (!argumentsRead) {
            return unfinished(length, last);
        }
        if (last) {
            Recording recording = conversation.trail().begin("function_call");
            intent = recording;
            String label = "<function " + Integer.toUnsignedString(functionOid) + ">";
            recording.sql(Unpooled.copiedBuffer(label, StandardCharsets.US_ASCII));
            arguments.parameters().forEach(each -> recording.parameter(each.type(), each.value()));
            recording.ready();
            pipeline.add(new Expected.FunctionCall(executing(recording)));
        }
        return length;
    }

    private static String name(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw invalidFormat();
        }
        Charset bytes = StandardCharsets.ISO_8859_1;
        String name = body.toString(body.readerIndex(), Math.min(length, MAX_NAME_BYTES), bytes);
        body.skipBytes(length + 1);
        return name;
    }

    private static int empty(int bodyBytes) {
        if (bodyBytes != 0) {
            throw invalidLength();
        }
        return SKIP;
    }

    private static void atLeast(int bytes, int needed) {
        if (bytes < needed) {
            throw invalidFormat();
        }
    }

    private static PgWireException invalidFormat() {
        return PgWireException.violation("invalid message format");
    }

    private static PgWireException invalidLength() {
        return PgWireException.violation("invalid message length");
    }
}
