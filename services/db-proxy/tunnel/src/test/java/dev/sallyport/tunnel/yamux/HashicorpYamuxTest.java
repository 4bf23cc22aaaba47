package dev.sallyport.tunnel.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Against hashicorp's implementation, both ways. Runs where Debian's {@code golang-go} and {@code
 * golang-github-hashicorp-yamux-dev} are installed.
 */
@Timeout(120)
class HashicorpYamuxTest {

    private static final Path LIBRARY = Path.of("/usr/share/gocode/src/github.com/hashicorp/yamux");
    private static final int STREAMS = 100;
    private static final int BYTES = 1_000_000;

    private static Process peer(String side, ServerSocket door, String... more) throws IOException {
        assumeTrue(
                Files.isDirectory(LIBRARY) && Files.isExecutable(Path.of("/usr/bin/go")),
                "apt-get install golang-go golang-github-hashicorp-yamux-dev");
        List<String> command = new ArrayList<>(
                List.of("go", "run", "src/test/go/peer.go", side, Integer.toString(door.getLocalPort())));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("GO111MODULE", "off");
        builder.environment().put("GOPATH", "/usr/share/gocode");
        builder.environment().put("GOFLAGS", "");
        return builder.start();
    }

    @Test
    void asItsServerEchoesWhatItsStreamsSend() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process go = peer("client", door, Integer.toString(STREAMS), Integer.toString(BYTES));
            Side side = new Side(YamuxSession.Role.SERVER, door.accept());
            side.readUntil(() -> false);

            String said = new String(go.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).contains("DONE").doesNotContain("FAILED");
            assertThat(go.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(side.opened).isEqualTo(STREAMS);
            assertThat(side.session.streams()).isZero();
        }
    }

    @Test
    void asItsClientSendsOnManyStreamsAndGetsItBack() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process go = peer("server", door);
            Side side = new Side(YamuxSession.Role.CLIENT, door.accept());
            side.session.ping(4711);
            side.readUntil(() -> side.pongs == 1);
            List<Asking> asking = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                Asking one = new Asking(i);
                one.stream = side.session.open(one).orElseThrow();
                asking.add(one);
                one.sendOn();
            }
            side.readUntil(() -> asking.stream().allMatch(one -> one.finished));
            assertThat(asking).allSatisfy(one -> assertThat(one.came).isEqualTo(BYTES));
            assertThat(side.session.streams()).isZero();

            go.getOutputStream().write("goaway\n".getBytes(StandardCharsets.US_ASCII));
            go.getOutputStream().flush();
            side.readUntil(() -> side.goneAway == GoAway.NORMAL);
            assertThat(side.session.open(new Asking(0))).isEmpty();
            side.socket.close();
            assertThat(new String(go.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("OVER");
        }
    }

    @Test
    void closesHalvesAndHearsOfABrokenProtocol() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process go = peer("server", door);
            Side side = new Side(YamuxSession.Role.CLIENT, door.accept());
            // Half closed by us at once: it echoes what came, and closes.
            Asking half = new Asking(1);
            half.stream = side.session.open(half).orElseThrow();
            half.stream().send(Unpooled.copiedBuffer(new byte[] {1, 7, 3}));
            half.stream().finish();
            side.readUntil(() -> half.finished);
            assertThat(half.came).isEqualTo(3);

            side.send(Unpooled.wrappedBuffer(new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
            side.readUntil(() -> false);
            assertThat(new String(go.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("OVER");
        }
    }

    /** One side on a socket, of one thread; the peer's streams are echoed. */
    private static final class Side implements SessionEvents {

        final Socket socket;
        final YamuxSession session;
        int opened;
        int pongs;

        @Nullable GoAway goneAway;

        Side(YamuxSession.Role role, Socket socket) {
            this.socket = socket;
            this.session = new YamuxSession(
                    role,
                    new YamuxLimits(256, 256, YamuxLimits.INITIAL_WINDOW_BYTES),
                    new UnpooledByteBufAllocator(false),
                    this);
        }

        void readUntil(BooleanSupplier enough) throws IOException {
            byte[] buffer = new byte[8192];
            while (!enough.getAsBoolean()) {
                int read = socket.getInputStream().read(buffer);
                if (read < 0) {
                    return;
                }
                session.received(Unpooled.copiedBuffer(buffer, 0, read));
            }
        }

        @Override
        public void send(ByteBuf bytes) {
            try {
                bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            } catch (IOException e) {
                // The reader sees it.
            } finally {
                bytes.release();
            }
        }

        @Override
        public StreamEvents opened(YamuxStream stream) {
            opened++;
            return new Echo(stream);
        }

        @Override
        public void pong(int value) {
            pongs++;
        }

        @Override
        public void goingAway(GoAway reason) {
            goneAway = reason;
        }
    }

    private static final class Echo implements StreamEvents {

        private final YamuxStream stream;
        private final Deque<ByteBuf> waiting = new ArrayDeque<>();
        private boolean last;

        Echo(YamuxStream stream) {
            this.stream = stream;
        }

        @Override
        public void data(ByteBuf bytes) {
            waiting.add(bytes);
            windowGrown();
        }

        @Override
        public void windowGrown() {
            while (!waiting.isEmpty() && stream.window() > 0) {
                ByteBuf first = waiting.element();
                int now = Math.min(first.readableBytes(), stream.window());
                stream.send(first.readRetainedSlice(now));
                stream.consumed(now);
                if (!first.isReadable()) {
                    waiting.remove().release();
                }
            }
            if (last && waiting.isEmpty()) {
                stream.finish();
            }
        }

        @Override
        public void finished() {
            last = true;
            windowGrown();
        }

        @Override
        public void reset() {
            waiting.forEach(ByteBuf::release);
            waiting.clear();
        }
    }

    private static final class Asking implements StreamEvents {

        private final byte[] pattern;
        private @Nullable YamuxStream stream;
        private int sent;
        int came;
        boolean finished;

        Asking(int seed) {
            pattern = new byte[] {(byte) seed, (byte) (seed * 7), 3};
        }

        YamuxStream stream() {
            return Objects.requireNonNull(stream);
        }

        void sendOn() {
            while (sent < BYTES && stream().window() > 0) {
                int now = Math.min(BYTES - sent, stream().window());
                ByteBuf bytes = Unpooled.buffer(now);
                for (int i = 0; i < now; i++) {
                    bytes.writeByte(pattern[(sent + i) % 3]);
                }
                sent += now;
                stream().send(bytes);
            }
            if (sent == BYTES) {
                sent++;
                stream().finish();
            }
        }

        @Override
        public void data(ByteBuf bytes) {
            int length = bytes.readableBytes();
            for (int i = 0; i < length; i++) {
                if (bytes.getByte(bytes.readerIndex() + i) != pattern[(came + i) % 3]) {
                    throw new AssertionError("what came back has changed");
                }
            }
            came += length;
            bytes.release();
            stream().consumed(length);
        }

        @Override
        public void finished() {
            finished = true;
        }

        @Override
        public void reset() {
            throw new AssertionError("a stream was reset");
        }

        @Override
        public void windowGrown() {
            sendOn();
        }
    }
}
