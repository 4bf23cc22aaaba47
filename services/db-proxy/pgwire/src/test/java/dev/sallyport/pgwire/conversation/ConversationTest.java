package dev.sallyport.pgwire.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConversationTest {

    private final WrittenTrail trail = new WrittenTrail();

    private static ByteBuf message(char type, ByteBuf body) {
        return Unpooled.buffer()
                .writeByte(type)
                .writeInt(body.readableBytes() + 4)
                .writeBytes(body);
    }

    private static ByteBuf text(String... strings) {
        ByteBuf out = Unpooled.buffer();
        for (String string : strings) {
            out.writeCharSequence(string, StandardCharsets.UTF_8);
            out.writeByte(0);
        }
        return out;
    }

    private static ByteBuf parse(String name, String sql) {
        return message('P', text(name, sql).writeShort(0));
    }

    @Test
    void keepsNothingOfAMessageOfOneGigabyte() {
        Conversation conversation = new Conversation(new Forgetful(), Limits.DEFAULT);
        int length = 1_000_000_000;
        conversation.fromClient(Unpooled.buffer().writeByte('Q').writeInt(length + 4));
        byte[] piece = new byte[1_000_000];
        Arrays.fill(piece, (byte) 'x');
        long before = Runtime.getRuntime().totalMemory();

        for (int sent = 0; sent < length; sent += piece.length) {
            if (sent + piece.length == length) {
                piece[piece.length - 1] = 0;
            }
            conversation.fromClient(Unpooled.wrappedBuffer(piece));
        }

        assertThat(Runtime.getRuntime().totalMemory() - before).isLessThan(300_000_000);
        assertThat(conversation.idle()).isFalse();
    }

    @Test
    void recordsTheBeginningOfALongParameterAndHowLongItWas() {
        Conversation conversation = new Conversation(trail, new Limits(100_000, 10, 100));
        conversation.fromClient(parse("", "SELECT $1, $2"));
        conversation.fromClient(message(
                'B',
                text("", "")
                        .writeShort(0)
                        .writeShort(2)
                        .writeInt(1000)
                        .writeBytes("y".repeat(1000).getBytes(StandardCharsets.US_ASCII))
                        .writeInt(1)
                        .writeByte('z')
                        .writeShort(0)));
        conversation.fromClient(message('E', text("").writeInt(0)));
        conversation.closed();

        assertThat(trail.lines)
                .containsExactly("= execute unknown: SELECT $1, $2 [unknown yyyyyyyyyy… (1000 bytes)] [unknown z]");
    }

    @Test
    void keepsPreparedStatementsUpToTheirBound() {
        int each = Retention.OVERHEAD_BYTES + 100;
        String sql = "x".repeat(100);
        Conversation atTheBound = new Conversation(trail, new Limits(3 * each, 10, 100));
        for (String name : new String[] {"a", "b", "c"}) {
            atTheBound.fromClient(parse(name, sql));
        }
        assertThatThrownBy(() -> atTheBound.fromClient(parse("d", sql)))
                .isInstanceOfSatisfying(
                        PgWireException.class, e -> assertThat(e.sqlState()).isEqualTo("54000"))
                .hasMessageContaining("hold more than 900 bytes");
    }

    @Test
    void refusesAStatementToPrepareThatIsLongerThanItsBound() {
        Conversation conversation = new Conversation(trail, new Limits(1000, 10, 100));
        assertThatThrownBy(() -> conversation.fromClient(parse("a", "x".repeat(1000))))
                .isInstanceOfSatisfying(
                        PgWireException.class, e -> assertThat(e.sqlState()).isEqualTo("54000"));
    }

    @Test
    void saysWhenTooManyResponsesAreOutstanding() {
        Conversation conversation = new Conversation(trail, new Limits(1000, 10, 3));
        ByteBuf sync = Unpooled.buffer().writeByte('S').writeInt(4);
        conversation.fromClient(sync);
        conversation.fromClient(sync);
        assertThat(conversation.pipelineFull()).isFalse();
        conversation.fromClient(sync);
        assertThat(conversation.pipelineFull()).isTrue();
        conversation.fromTarget(message('Z', Unpooled.buffer().writeByte('I')));
        assertThat(conversation.pipelineFull()).isFalse();
    }

    @Test
    void holdsABindUntilItIsClearWhatItMeans() {
        Conversation conversation = new Conversation(trail, Limits.DEFAULT);
        ByteBuf sync = Unpooled.buffer().writeByte('S').writeInt(4);
        conversation.fromClient(parse("", "SELECT 1"));
        conversation.fromClient(parse("", "SELECT 2"));
        conversation.fromClient(sync);
        ByteBuf bind = message('B', text("", "").writeShort(0).writeShort(0).writeShort(0));

        assertThat(conversation.fromClient(bind)).isEqualTo(7);

        conversation.fromTarget(message('1', Unpooled.EMPTY_BUFFER));
        assertThat(conversation.fromClient(bind.skipBytes(7))).isZero();
        conversation.fromTarget(message('1', Unpooled.EMPTY_BUFFER));
        assertThat(conversation.fromClient(bind)).isEqualTo(bind.readableBytes());
    }

    /** An error may be read when any part of what the target will pass over is still on its way. */
    @Test
    void passesOverAMessageThatTheErrorCutsInTwo() {
        ByteBuf passedOver = Unpooled.wrappedBuffer(
                parse("s", "SELECT 2"),
                message(
                        'B',
                        text("p", "s")
                                .writeShort(0)
                                .writeShort(1)
                                .writeInt(1)
                                .writeBytes(new byte[] {'v'})
                                .writeShort(0)),
                message('D', text("Pp")),
                message('E', text("p").writeInt(0)),
                message('C', text("Ss")),
                message('Q', text("SELECT 3")),
                message(
                        'F',
                        Unpooled.buffer()
                                .writeInt(1)
                                .writeShort(0)
                                .writeShort(0)
                                .writeShort(0)));
        for (int cut = 0; cut <= passedOver.readableBytes(); cut++) {
            WrittenTrail written = new WrittenTrail();
            Conversation conversation = new Conversation(written, Limits.DEFAULT);
            conversation.fromClient(parse("", "SELEC"));
            conversation.fromClient(passedOver.slice(0, cut));

            conversation.fromTarget(message('E', text("SERROR", "C42601", "Msyntax error", "")));
            conversation.fromClient(passedOver.slice(cut, passedOver.readableBytes() - cut));
            conversation.fromClient(message('S', Unpooled.EMPTY_BUFFER));
            conversation.fromTarget(message('Z', Unpooled.buffer().writeByte('I')));

            assertThat(conversation.idle()).as("cut at %d", cut).isTrue();
            assertThat(written.lines)
                    .as("cut at %d", cut)
                    .contains("= parse failed 42601: SELEC", "= ready idle")
                    .allMatch(line -> line.matches("= (parse failed|ready|\\w+ skipped).*"));
        }
    }

    /** The count of a ParameterDescription has 16 bits; a statement may have more parameters, though nobody can bind them. */
    @Test
    void takesADescriptionOfMoreParametersThanCanBeBound() {
        Conversation conversation = new Conversation(trail, Limits.DEFAULT);
        conversation.fromClient(parse("s", "SELECT $65536"));
        conversation.fromClient(message('D', text("Ss")));
        conversation.fromClient(message('S', Unpooled.EMPTY_BUFFER));

        conversation.fromTarget(message('1', Unpooled.EMPTY_BUFFER));
        conversation.fromTarget(message('t', Unpooled.buffer().writeShort(0).writeZero(4 * 65_536)));
        conversation.fromTarget(message('n', Unpooled.EMPTY_BUFFER));
        conversation.fromTarget(message('Z', Unpooled.buffer().writeByte('I')));

        assertThat(conversation.idle()).isTrue();
    }

    @Test
    void countsTheBytesOfAStatementBothWays() {
        Conversation conversation = new Conversation(trail, Limits.DEFAULT);
        conversation.fromClient(message('Q', text("SELECT 1")));
        WrittenTrail.Written statement = trail.waiting.getFirst();
        conversation.fromTarget(message('D', Unpooled.buffer().writeShort(0)));
        conversation.fromTarget(message('C', text("SELECT 1")));
        conversation.fromTarget(message('Z', Unpooled.buffer().writeByte('I')));

        assertThat(statement.fromClient).isEqualTo(14);
        assertThat(statement.toClient).isEqualTo(7 + 14 + 6);
    }

    /** Takes everything and keeps nothing. */
    private static final class Forgetful implements AuditTrail, Recording {
        @Override
        public Recording begin(String kind) {
            return this;
        }

        @Override
        public void transaction(TransactionStatus status) {}

        @Override
        public void parameterStatus(String name, String value) {}

        @Override
        public void sql(ByteBuf piece) {}

        @Override
        public void parameter(String type, @Nullable String value) {}

        @Override
        public void ready() {}

        @Override
        public void abandon() {}

        @Override
        public void countFromClient(long bytes) {}

        @Override
        public void countToClient(long bytes) {}

        @Override
        public void done(@Nullable Long rows, @Nullable TransactionStatus transaction) {}

        @Override
        public void failed(String sqlState, String message, @Nullable TransactionStatus transaction) {}

        @Override
        public void skipped() {}

        @Override
        public void unknown() {}
    }
}
