package dev.sallyport.pgwire.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.conversation.WireScript.Line;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the scripts of {@code wire/}: message by message, byte by byte, and in as few pieces as can be. */
class ConversationWireTest {

    static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(ConversationWireTest.class.getResource("/wire"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void recordsWhatTheScriptSaysMessageByMessage(Path script) throws IOException {
        WireScript read = WireScript.read(script);
        assertThat(replay(read.whole(), read.replication())).isEqualTo(read.expected());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void recordsWhatTheScriptSaysByteByByte(Path script) throws IOException {
        WireScript read = WireScript.read(script);
        assertThat(replay(read.byteByByte(), read.replication())).isEqualTo(read.expected());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void recordsWhatTheScriptSaysCoalesced(Path script) throws IOException {
        WireScript read = WireScript.read(script);
        assertThat(replay(read.coalesced(), read.replication())).isEqualTo(read.expected());
    }

    private static List<String> replay(List<Line> lines, boolean replication) {
        WrittenTrail trail = new WrittenTrail();
        Conversation conversation = new Conversation(trail, Limits.DEFAULT, replication);
        List<ByteBuf> held = new ArrayList<>();
        try {
            for (Line line : lines) {
                ByteBuf bytes = Unpooled.wrappedBuffer(line.bytes());
                if (line.fromClient()) {
                    held.add(bytes);
                } else {
                    conversation.fromTarget(bytes);
                }
                while (!held.isEmpty()) {
                    ByteBuf first = held.getFirst();
                    first.skipBytes(conversation.fromClient(first));
                    if (first.isReadable()) {
                        break;
                    }
                    held.removeFirst();
                }
            }
            assertThat(held).as("bytes that were never let through").isEmpty();
            conversation.closed();
        } catch (PgWireException refused) {
            trail.lines.add("! " + refused.sqlState());
        }
        return trail.lines;
    }
}
