package dev.sallyport.mywire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes of a query that are too long to be looked at as a whole, and the bounds of what is kept of them. */
class QueryAttributesTest {

    private static final int VARCHAR = 0xFE;

    private final Recorder recorder = new Recorder();
    private final Conversation conversation = recorder.conversation(Capabilities.offered());

    /** A query with {@code count} attributes, each called {@code name} and worth {@code value}. */
    private static ByteBuf query(int count, String name, String value, String sql) {
        ByteBuf payload =
                Unpooled.buffer().writeByte(Command.QUERY).writeByte(count).writeByte(1);
        payload.writeZero((count + 7) / 8).writeByte(1);
        for (int i = 0; i < count; i++) {
            payload.writeByte(VARCHAR).writeByte(0);
            Packets.writeLenenc(payload, name.length());
            payload.writeCharSequence(name, StandardCharsets.US_ASCII);
        }
        for (int i = 0; i < count; i++) {
            Packets.writeLenenc(payload, value.length());
            payload.writeCharSequence(value, StandardCharsets.US_ASCII);
        }
        payload.writeCharSequence(sql, StandardCharsets.US_ASCII);
        return Packets.of(UnpooledByteBufAllocator.DEFAULT, 0, Packets.drain(payload));
    }

    private void answer() {
        conversation.fromTarget(Packets.of(UnpooledByteBufAllocator.DEFAULT, 1, new byte[] {0, 0, 0, 2, 0, 0, 0}));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 4096, 1 << 20})
    void ofALongQueryTheBeginningIsKeptAndTheSqlIsFound(int piece) {
        byte[] sent = Packets.drain(query(2, "note", "a".repeat(70_000), "SELECT 1"));
        for (int at = 0; at < sent.length; at += piece) {
            conversation.fromClient(Unpooled.wrappedBuffer(sent, at, Math.min(piece, sent.length - at)));
        }
        answer();
        String kept = "'" + "a".repeat(QueryAttributes.MAX_KEPT_BYTES) + "… (70000 bytes)'";
        assertThat(recorder.told)
                .first()
                .isEqualTo(
                        "query [SELECT 1] note:char=" + kept + " note:char=" + kept + " of " + sent.length + " bytes");
        assertThat(Packets.drain(recorder.toTarget)).isEqualTo(sent);
    }

    @Test
    void asManyAsTheLimitAreTaken() {
        conversation.fromClient(query(QueryAttributes.MAX_ATTRIBUTES, "n", "v", "SELECT 1"));
        answer();
        assertThat(recorder.told.getFirst()).startsWith("query [SELECT 1] n:char='v' n:char='v'");
    }

    @Test
    void oneMoreIsRefused() {
        assertThatThrownBy(
                        () -> conversation.fromClient(query(QueryAttributes.MAX_ATTRIBUTES + 1, "n", "v", "SELECT 1")))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("one set of at most 64 query attributes was expected");
        assertThat(recorder.toTarget.isReadable()).isFalse();
    }

    @Test
    void namesAreBoundedTogether() {
        int half = ParameterReader.MAX_NAMES_BYTES / 2;
        conversation.fromClient(query(2, "n".repeat(half), "v", "SELECT 1"));
        answer();
        assertThatThrownBy(() -> conversation.fromClient(query(2, "n".repeat(half + 1), "v", "SELECT 1")))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("names of at most 16384 bytes were expected");
        assertThat(recorder.told).hasSize(2);
    }

    @Test
    void aPacketThatEndsWithinThemIsRefused() {
        ByteBuf cut = Packets.of(UnpooledByteBufAllocator.DEFAULT, 0, new byte[] {Command.QUERY, 1, 1, 0, 1});
        assertThatThrownBy(() -> conversation.fromClient(cut))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("a value for each parameter was expected");
        assertThat(recorder.toTarget.isReadable()).isFalse();
    }
}
