package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.ErrorFields;
import dev.sallyport.pgwire.FrameSink;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What the target says: how the statements end. A message that nobody waits for means that we have lost count: it is refused. */
final class ServerMessages implements FrameSink {

    private static final int HEADER_BYTES = 5;
    private static final int MAX_PARAMETER_STATUS_BYTES = 1024;
    private static final int MAX_PARAMETER_TYPES_BYTES = 2 + 4 * 65_535;

    private final Conversation conversation;
    private final Pipeline pipeline;
    private final PreparedStatements statements;
    private final Portals portals;
    private final boolean replication;

    private byte type;

    ServerMessages(
            Conversation conversation,
            Pipeline pipeline,
            PreparedStatements statements,
            Portals portals,
            boolean replication) {
        this.conversation = conversation;
        this.pipeline = pipeline;
        this.statements = statements;
        this.portals = portals;
        this.replication = replication;
    }

    @Override
    public int begin(byte messageType, int bodyBytes) {
        type = messageType;
        Execution execution = pipeline.executing();
        if (execution != null) {
            execution.countToClient(HEADER_BYTES + (long) bodyBytes);
        }
        return switch (messageType) {
            case 'D' -> {
                expect(execution).rowSeen();
                yield SKIP;
            }
            case 'd', 'c', 'H', 'V' -> {
                expect(execution);
                yield SKIP;
            }
            case 'N', 'A' -> SKIP;
            case 'C' -> {
                expect(execution);
                yield wanted(bodyBytes, CommandTag.MAX_BYTES);
            }
            case 'Z' -> wanted(bodyBytes, 1);
            case 'E' -> wanted(bodyBytes, ErrorFields.MAX_BYTES);
            case 'S' -> wanted(bodyBytes, MAX_PARAMETER_STATUS_BYTES);
            case 't' -> wanted(bodyBytes, MAX_PARAMETER_TYPES_BYTES);
            case '1' -> parseComplete();
            case '2' -> bindComplete();
            case '3' -> closeComplete();
            case 'T' -> described(execution);
            case 'n' -> described(null);
            case 'I' -> emptyQuery(expect(execution));
            case 's' -> suspended(expect(execution));
            case 'G' -> {
                pipeline.copyStarted(expect(execution));
                yield SKIP;
            }
            case 'W' -> copyBoth(expect(execution));
            default -> throw lostCount();
        };
    }

    /** From here on both sides send CopyData, until each has said CopyDone. */
    private int copyBoth(Execution execution) {
        if (!replication) {
            throw lostCount();
        }
        pipeline.copyStarted(execution);
        return SKIP;
    }

    @Override
    public void body(ByteBuf in, int index, int length) {
        switch (type) {
            case 'C' -> complete(CommandTag.read(in, index, length));
            case 'Z' -> ready(TransactionStatus.of(in.getByte(index)));
            case 'E' -> pipeline.fail(ErrorFields.read(in, index, length, conversation.charset()));
            case 'S' -> parameterStatus(in, index, index + length);
            case 't' -> parameterTypes(in.slice(index, length));
            default -> throw lostCount();
        }
    }

    @Override
    public int piece(ByteBuf in, int index, int length, boolean last) {
        throw new IllegalStateException("nothing of the target's is streamed");
    }

    private void complete(CommandTag tag) {
        if (tag.discardsPreparedStatements()) {
            statements.discardConfirmed();
        } else if (tag.deallocatesOne()) {
            statements.oneDeallocated();
        } else if (tag.preparesOne()) {
            statements.onePrepared();
        }
        Expected head = pipeline.head();
        Execution execution = expect(pipeline.executing());
        execution.complete(tag);
        if (head instanceof Expected.Execute) {
            pipeline.settle(execution);
        }
    }

    private int emptyQuery(Execution execution) {
        if (pipeline.head() instanceof Expected.Execute) {
            pipeline.settle(execution);
        }
        return SKIP;
    }

    private int suspended(Execution execution) {
        if (!(pipeline.head() instanceof Expected.Execute)) {
            throw lostCount();
        }
        execution.suspended();
        pipeline.settle(execution);
        return SKIP;
    }

    private void ready(TransactionStatus status) {
        switch (pipeline.head()) {
            case Expected.Sync sync -> pipeline.ready(status);
            case Expected.Query query -> pipeline.ready(status);
            case Expected.FunctionCall call -> pipeline.ready(status);
            case null -> {
                if (!pipeline.readyWhileSkipping()) {
                    throw lostCount();
                }
            }
            default -> throw lostCount();
        }
    }

    private int parseComplete() {
        if (!(pipeline.head() instanceof Expected.Parse parse)) {
            throw lostCount();
        }
        statements.confirm(parse.prepared());
        pipeline.pop();
        return SKIP;
    }

    private int bindComplete() {
        if (!(pipeline.head() instanceof Expected.Bind bind)) {
            throw lostCount();
        }
        bind.portal().bound = true;
        pipeline.pop();
        return SKIP;
    }

    private int closeComplete() {
        switch (pipeline.head()) {
            case Expected.CloseStatement close -> statements.confirm(close.closed());
            case Expected.ClosePortal close -> portals.close(close.name());
            case null, default -> throw lostCount();
        }
        pipeline.pop();
        return SKIP;
    }

    private int described(@Nullable Execution execution) {
        if (execution != null) {
            return SKIP;
        }
        Expected head = pipeline.head();
        if (!(head instanceof Expected.DescribeStatement || head instanceof Expected.DescribePortal)) {
            throw lostCount();
        }
        pipeline.pop();
        return SKIP;
    }

    /** As many as there are: their count has 16 bits, and wraps for a statement with more than can be bound. */
    private void parameterTypes(ByteBuf body) {
        if (!(pipeline.head() instanceof Expected.DescribeStatement describe) || body.readableBytes() % 4 != 2) {
            throw lostCount();
        }
        int[] types = new int[body.skipBytes(2).readableBytes() / 4];
        for (int i = 0; i < types.length; i++) {
            types[i] = body.readInt();
        }
        describe.prepared().describe(types);
    }

    private void parameterStatus(ByteBuf in, int index, int end) {
        int nameEnd = in.indexOf(index, end, (byte) 0);
        int valueEnd = nameEnd < 0 ? -1 : in.indexOf(nameEnd + 1, end, (byte) 0);
        if (valueEnd >= 0) {
            String name = in.toString(index, nameEnd - index, StandardCharsets.UTF_8);
            String value = in.toString(nameEnd + 1, valueEnd - nameEnd - 1, StandardCharsets.UTF_8);
            conversation.parameterStatus(name, value);
        }
    }

    private int wanted(int bodyBytes, int most) {
        if (bodyBytes == 0) {
            throw lostCount();
        }
        return Math.min(bodyBytes, most);
    }

    private Execution expect(@Nullable Execution execution) {
        if (execution == null) {
            throw lostCount();
        }
        return execution;
    }

    private PgWireException lostCount() {
        return PgWireException.violation(
                "the target sent a message of type " + Messages.name(type) + " that does not fit what it was asked");
    }
}
