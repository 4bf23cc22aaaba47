package dev.sallyport.mywire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Replays the scripts beside it: each packet whole, byte by byte, and with what one side sends in a row as one buffer. A line is
 * {@code C>} from the client (passed on), {@code C>|} from the client (not passed on), {@code T>} of our own to the target,
 * {@code C<} of our own to the client, {@code T<} from the target (passed on), {@code T<|} from the target (not passed on), or {@code =} what the listener is told; then the packet's number, and hexadecimal bytes or text
 * in quotes. A line {@code capabilities} has
 * the names of what is agreed besides; {@code eof} takes DEPRECATE_EOF away.
 */
class ConversationWireTest {

    private static final Pattern TOKEN = Pattern.compile("\"([^\"]*)\"|([0-9a-fA-F]{2})(?:\\*(\\d+))?");

    private record Line(String kind, ByteBuf packet) {}

    static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(ConversationWireTest.class.getResource("scripts").toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void replaysWhole(Path script) throws IOException {
        replay(script, List::of, false);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void replaysByteByByte(Path script) throws IOException {
        replay(
                script,
                packet -> {
                    List<ByteBuf> bytes = new ArrayList<>();
                    while (packet.isReadable()) {
                        bytes.add(packet.readBytes(1));
                    }
                    return bytes;
                },
                false);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void replaysCoalesced(Path script) throws IOException {
        replay(script, List::of, true);
    }

    private interface Cut {
        List<ByteBuf> of(ByteBuf packet);
    }

    private static void replay(Path script, Cut cut, boolean coalesced) throws IOException {
        List<String> text = Files.readAllLines(script);
        Recorder recorder = new Recorder();
        int capabilities = text.stream()
                .filter(one -> one.startsWith("capabilities "))
                .mapToInt(one -> capability(one.substring("capabilities ".length())))
                .reduce(Capabilities.offeredUnmet(), (all, one) -> all ^ one);
        Conversation conversation = recorder.conversation(capabilities);
        List<Line> lines = text.stream()
                .filter(ConversationWireTest::isPacket)
                .map(ConversationWireTest::parse)
                .toList();
        List<Line> sent = lines.stream()
                .filter(one -> !one.kind.equals("C<") && !one.kind.equals("T>"))
                .map(one -> new Line(one.kind.substring(0, 2), one.packet.copy()))
                .toList();
        for (Line line : coalesced ? coalesce(sent) : sent) {
            for (ByteBuf piece : cut.of(line.packet)) {
                if (line.kind.startsWith("C")) {
                    conversation.fromClient(piece);
                } else {
                    conversation.fromTarget(piece);
                }
            }
        }
        assertThat(hex(recorder.toTarget)).isEqualTo(hex(all(lines, "C>", "T>")));
        assertThat(hex(recorder.toClient)).isEqualTo(hex(all(lines, "T<", "C<")));
        assertThat(recorder.told)
                .containsExactlyElementsOf(text.stream()
                        .filter(one -> one.startsWith("= "))
                        .map(one -> one.substring(2))
                        .toList());
        assertThat(conversation.idle()).isTrue();
    }

    private static int capability(String name) {
        return switch (name) {
            case "eof" -> Capabilities.DEPRECATE_EOF;
            case "files" -> Capabilities.LOCAL_FILES;
            case "attributes" -> Capabilities.QUERY_ATTRIBUTES;
            default -> throw new IllegalArgumentException("no capability is called " + name);
        };
    }

    private static boolean isPacket(String line) {
        return line.startsWith("C>") || line.startsWith("C<") || line.startsWith("T>") || line.startsWith("T<");
    }

    private static Line parse(String line) {
        String[] parts = line.split(" +", 3);
        ByteBuf packet = Unpooled.buffer().writeMedium(0).writeByte(Integer.parseInt(parts[1]));
        Matcher token = TOKEN.matcher(parts.length > 2 ? parts[2] : "");
        while (token.find()) {
            if (token.group(1) != null) {
                packet.writeCharSequence(token.group(1), StandardCharsets.UTF_8);
            } else {
                int times = token.group(3) == null ? 1 : Integer.parseInt(token.group(3));
                for (int i = 0; i < times; i++) {
                    packet.writeByte(Integer.parseInt(token.group(2), 16));
                }
            }
        }
        packet.setMediumLE(0, packet.readableBytes() - 4);
        return new Line(parts[0], packet);
    }

    private static List<Line> coalesce(List<Line> lines) {
        List<Line> joined = new ArrayList<>();
        for (Line line : lines) {
            if (!joined.isEmpty() && joined.getLast().kind.equals(line.kind)) {
                joined.getLast().packet.writeBytes(line.packet);
            } else {
                joined.add(line);
            }
        }
        return joined;
    }

    private static ByteBuf all(List<Line> lines, String... kinds) {
        ByteBuf all = Unpooled.buffer();
        lines.stream()
                .filter(one -> List.of(kinds).contains(one.kind))
                .forEach(one -> all.writeBytes(one.packet.duplicate()));
        return all;
    }

    private static String hex(ByteBuf bytes) {
        return ByteBufUtil.hexDump(bytes);
    }
}
