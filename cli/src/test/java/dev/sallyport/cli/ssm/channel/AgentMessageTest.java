package dev.sallyport.cli.ssm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The bytes of the message that session-manager-plugin's own test makes ({@code message/messageparser_test.go}). */
class AgentMessageTest {

    /** Put together field by field, by another program than ours. */
    private static final String GOLDEN = "00000074" // header length
            + HexFormat.of().formatHex("input_stream_data               ".getBytes(StandardCharsets.US_ASCII))
            + "00000001" // schema version
            + "0000015e0baa7884" // created
            + "0000000000000001" // sequence
            + "0000000000000002" // flags
            + "a508b5f073f31b16" + "dd01e56bff48483e" // id, its halves swapped
            + "239f59ed55e737c77147cf55ad0c1b030b6d7ee748a7426952f9b852d5a935e5" // SHA-256 of the payload
            + "00000001" + "00000007" // payload type and length
            + "7061796c6f6164";

    private static final AgentMessage MESSAGE = new AgentMessage(
            "input_stream_data",
            1,
            Instant.ofEpochMilli(1_503_434_274_948L),
            1,
            2,
            UUID.fromString("dd01e56b-ff48-483e-a508-b5f073f31b16"),
            1,
            "payload".getBytes(StandardCharsets.US_ASCII));

    @Test
    void isWrittenAsThePluginWritesIt() {
        assertThat(HexFormat.of().formatHex(MESSAGE.encode())).isEqualTo(GOLDEN);
    }

    @Test
    void isReadBack() throws MalformedMessage {
        AgentMessage read = AgentMessage.decode(HexFormat.of().parseHex(GOLDEN));

        assertThat(read).usingRecursiveComparison().isEqualTo(MESSAGE);
    }

    @Test
    void takesATypeThatIsFilledUpWithZeros() throws MalformedMessage {
        byte[] bytes = MESSAGE.encode();
        Arrays.fill(bytes, 4 + "input_stream_data".length(), 36, (byte) 0);

        assertThat(AgentMessage.decode(bytes).type()).isEqualTo("input_stream_data");
    }

    @Test
    void refusesAPayloadThatWasChanged() {
        byte[] bytes = MESSAGE.encode();
        bytes[120] ^= 1;

        refused(bytes, "a payload that its digest does not match");
    }

    @Test
    void refusesWhatContradictsItself() {
        byte[] shorter = Arrays.copyOf(MESSAGE.encode(), 126);
        byte[] otherHeader = MESSAGE.encode();
        otherHeader[3] = 0x75;

        refused(shorter, "a payload of 6 bytes that says it has 7");
        refused(otherHeader, "a header of 117 bytes, not 116");
        refused(new byte[119], "a message of 119 bytes; its header alone has 120");
        refused(new byte[AgentMessage.MAX_BYTES + 1], "a message of 65537 bytes; 65536 is the most");
    }

    @Test
    void showsNothingOfItsPayload() {
        assertThat(MESSAGE).hasToString("AgentMessage[input_stream_data 1, payload type 1, 7 bytes]");
    }

    private static void refused(byte[] bytes, String why) {
        assertThatExceptionOfType(MalformedMessage.class)
                .isThrownBy(() -> AgentMessage.decode(bytes))
                .withMessage(why);
    }
}
