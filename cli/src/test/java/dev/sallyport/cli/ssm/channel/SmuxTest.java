package dev.sallyport.cli.ssm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmuxTest {

    private static final HexFormat HEX = HexFormat.of();

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final Smux.Sink sink = new Smux.Sink() {
        @Override
        public void data(byte[] bytes, int offset, int length) {
            received.write(bytes, offset, length);
        }

        @Override
        public void closed() {
            received.writeBytes("<end>".getBytes(StandardCharsets.US_ASCII));
        }
    };

    @Test
    void writesFramesAsTheLibraryDoes() {
        assertThat(HEX.formatHex(Smux.open())).isEqualTo("0100000003000000");
        assertThat(HEX.formatHex(Smux.close())).isEqualTo("0101000003000000");
        assertThat(HEX.formatHex(Smux.keepAlive())).isEqualTo("0103000000000000");
        assertThat(HEX.formatHex(Smux.data(new byte[] {7, 8, 9}, 2))).isEqualTo("01020200030000000708");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 1_000})
    void readsFramesHoweverTheyAreCut(int size) throws MalformedMessage {
        byte[] stream = HEX.parseHex(
                "0103000000000000" // keep-alive
                        + "0102050003000000" + "68656c6c6f"
                        + "0102010005000000" + "78" // another stream
                        + "0102000003000000" // empty
                        + "0102010003000000" + "21"
                        + "0101000005000000" // the other's end
                        + "0101000003000000");
        Smux smux = new Smux();

        for (int at = 0; at < stream.length; at += size) {
            smux.read(java.util.Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)), sink);
        }

        assertThat(received).hasToString("hello!<end>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0202010003000000", "0104080003000000", "0105000003000000", "0101010003000000"})
    void refusesWhatIsNotVersionOne(String frame) {
        assertThatExceptionOfType(MalformedMessage.class).isThrownBy(() -> new Smux().read(HEX.parseHex(frame), sink));
    }

    @Test
    void passesOnNothingBehindTheEnd() throws MalformedMessage {
        new Smux().read(HEX.parseHex("0101000003000000" + "010201000300000078" + "0101000003000000"), sink);

        assertThat(received).hasToString("<end>");
    }
}
