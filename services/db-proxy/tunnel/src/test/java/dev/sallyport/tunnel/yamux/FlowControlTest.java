package dev.sallyport.tunnel.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class FlowControlTest {

    private static final int WINDOW = YamuxLimits.INITIAL_WINDOW_BYTES;

    private final Recorder server =
            new Recorder(YamuxSession.Role.SERVER, new YamuxLimits(16, 16, YamuxLimits.INITIAL_WINDOW_BYTES));

    private static byte[] frame(int type, int flags, int stream, int length, int payload) {
        ByteBuf frame = Frames.head(Unpooled.buffer(), type, flags, stream, length);
        frame.writeZero(payload);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return bytes;
    }

    private static byte[] data(int stream, int length) {
        return frame(Frames.DATA, Frames.NO_FLAGS, stream, length, length);
    }

    private YamuxStream opened(int id) {
        server.receive(frame(Frames.WINDOW_UPDATE, Frames.SYN, id, 0, 0));
        YamuxStream stream = server.streams.get(id);
        assertThat(stream).isNotNull();
        return java.util.Objects.requireNonNull(stream);
    }

    @Test
    void sendsAsMuchAsTheWindowHoldsAndNoMore() {
        YamuxStream stream = opened(1);
        stream.send(Unpooled.buffer().writeZero(WINDOW));

        assertThat(stream.window()).isZero();
        assertThatThrownBy(() -> stream.send(Unpooled.buffer().writeZero(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1 bytes do not fit in a window of 0");

        server.receive(frame(Frames.WINDOW_UPDATE, Frames.NO_FLAGS, 1, 5, 0));
        assertThat(stream.window()).isEqualTo(5);
        assertThat(server.log()).last().isEqualTo("is 1 window 5");
    }

    @Test
    void letsThePeerSendOnOnceHalfTheWindowIsConsumed() {
        YamuxStream stream = opened(1);
        server.receive(data(1, WINDOW));
        int before = server.log().size();

        stream.consumed(WINDOW / 2 - 1);
        assertThat(server.log()).hasSize(before);
        stream.consumed(1);

        assertThat(server.log()).last().isEqualTo("> 000100000000000100020000");
    }

    @Test
    void takesAFullWindowAndRefusesOneByteMore() {
        opened(1);
        server.receive(data(1, WINDOW));
        server.receive(data(1, 1));

        assertThat(server.log())
                .endsWith("> 000300000000000000000001", "is fails stream 1 sends 1 bytes into a window of 0");
    }

    @Test
    void refusesAFrameLargerThanAnyWindowBeforeItsFirstByte() {
        opened(1);
        server.receive(frame(Frames.DATA, Frames.NO_FLAGS, 1, WINDOW + 1, 0));

        assertThat(server.log()).last().isEqualTo("is fails a frame of 262145 bytes is larger than a window");
    }

    @Test
    void refusesAWindowBeyondTwoGibibytes() {
        opened(1);
        server.receive(frame(Frames.WINDOW_UPDATE, Frames.NO_FLAGS, 1, Integer.MAX_VALUE - WINDOW, 0));
        assertThat(server.log()).last().isEqualTo("is 1 window " + Integer.MAX_VALUE);
        server.receive(frame(Frames.WINDOW_UPDATE, Frames.NO_FLAGS, 1, 1, 0));

        assertThat(server.log()).last().isEqualTo("is fails the window of stream 1 grows beyond 2 GiB");
    }

    @Test
    void holdsUpNoStreamWhileAnothersWindowIsFull() {
        opened(1);
        opened(3);
        server.receive(data(1, WINDOW));
        server.receive(frame(Frames.DATA, Frames.FIN, 3, 2, 2));

        assertThat(server.log()).endsWith("is 3 data '\0\0'", "is 3 finished");
    }

    @Test
    void announcesALargerWindowWithTheFirstFrame() {
        Recorder client = new Recorder(YamuxSession.Role.CLIENT, new YamuxLimits(0, 1, 2 * WINDOW));
        client.open();

        assertThat(client.log()).containsExactly("> 000100010000000100040000");
    }

    @Test
    void throwsAwayWhatComesForAClosedStreamAndStillTakesItsEnd() {
        YamuxStream stream = opened(1);
        stream.close();
        server.receive(data(1, 100));
        assertThat(stream.over()).isFalse();
        server.receive(frame(Frames.WINDOW_UPDATE, Frames.FIN, 1, 0, 0));

        assertThat(stream.over()).isTrue();
        assertThat(server.session.streams()).isZero();
        assertThat(server.log()).noneMatch(line -> line.contains("data"));
    }

    @Test
    void endsEveryStreamWithItsConnection() {
        opened(1);
        opened(3);
        server.session.closed();

        assertThat(server.log()).contains("is 1 reset", "is 3 reset");
        assertThat(server.session.streams()).isZero();
        assertThat(server.session.takesStreams()).isFalse();
    }

    @Test
    void refusesLimitsThatNobodyCanKeep() {
        assertThatThrownBy(() -> new YamuxLimits(-1, 1, WINDOW)).hasMessage("there cannot be -1 streams");
        assertThatThrownBy(() -> new YamuxLimits(1, 0, WINDOW)).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new YamuxLimits(1, 1, WINDOW - 1)).hasMessageContaining("262143");
    }
}
