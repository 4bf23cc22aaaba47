package dev.sallyport.tunnel.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the scripts of {@code yamux/}: as they are, byte by byte, and in as few pieces as can be. */
class YamuxWireTest {

    private static final YamuxLimits LIMITS = new YamuxLimits(2, 2, YamuxLimits.INITIAL_WINDOW_BYTES);

    static Stream<Path> scripts() throws IOException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(YamuxWireTest.class.getResource("/yamux"))
                .toURI());
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void doesWhatTheScriptSays(Path file) throws IOException {
        check(file, YamuxScript.read(file));
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void doesWhatTheScriptSaysByteByByte(Path file) throws IOException {
        check(file, YamuxScript.read(file).byteByByte());
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void doesWhatTheScriptSaysCoalesced(Path file) throws IOException {
        check(file, YamuxScript.read(file).coalesced());
    }

    private static void check(Path file, YamuxScript script) throws IOException {
        Recorder recorder = new Recorder(script.role(), LIMITS);
        recorder.replay(script);
        assertThat(recorder.log()).isEqualTo(YamuxScript.expected(file));
    }
}
