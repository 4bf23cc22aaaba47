package dev.sallyport.proxy.tunnel;

import dev.sallyport.tunnel.handshake.ClientHello;
import dev.sallyport.tunnel.handshake.Handshake;
import dev.sallyport.tunnel.handshake.ServerPacket;
import dev.sallyport.tunnel.yamux.GoAway;
import dev.sallyport.tunnel.yamux.SessionEvents;
import dev.sallyport.tunnel.yamux.StreamEvents;
import dev.sallyport.tunnel.yamux.YamuxLimits;
import dev.sallyport.tunnel.yamux.YamuxSession;
import dev.sallyport.tunnel.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A client of a tunnel, of one thread: it reads when it waits for something, and only then. */
public final class TunnelClient implements SessionEvents, AutoCloseable {

    private final Socket socket;
    private final Handshake handshake = new Handshake();
    private final ByteBuf inbox = Unpooled.buffer();
    public final YamuxSession session = new YamuxSession(
            YamuxSession.Role.CLIENT,
            new YamuxLimits(0, YamuxLimits.USUAL_BACKLOG, YamuxLimits.INITIAL_WINDOW_BYTES),
            new UnpooledByteBufAllocator(false),
            this);
    public boolean goingAway;
    public boolean closed;
    boolean open;

    public TunnelClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    TunnelClient(Socket socket) {
        this.socket = socket;
    }

    public ServerPacket hello() throws IOException {
        return packet(() -> handshake.readHello(inbox));
    }

    /** Says who it is, and what the proxy says to that. */
    public ServerPacket introduce(String token, String grantId) throws IOException {
        ByteBuf out = Unpooled.buffer();
        handshake.write(out, new ClientHello(token, grantId));
        send(out);
        ServerPacket verdict = packet(() -> handshake.readVerdict(inbox));
        open = verdict instanceof ServerPacket.Accepted;
        if (open && inbox.isReadable()) {
            session.received(inbox.readBytes(inbox.readableBytes()));
        }
        return verdict;
    }

    private interface Reader {
        Optional<ServerPacket> read();
    }

    private ServerPacket packet(Reader reader) throws IOException {
        Optional<ServerPacket> packet = reader.read();
        while (packet.isEmpty()) {
            if (!readSome(Duration.ofSeconds(10))) {
                throw new IOException("closed");
            }
            packet = reader.read();
        }
        return packet.get();
    }

    /** @return false when nothing came in time, or it is closed */
    private boolean readSome(Duration patience) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        socket.setSoTimeout((int) patience.toMillis());
        int read;
        try {
            read = socket.getInputStream().read(buffer);
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException reset) {
            read = -1;
        }
        if (read < 0) {
            closed = true;
            session.closed();
            return false;
        }
        ByteBuf bytes = Unpooled.copiedBuffer(buffer, 0, read);
        if (open) {
            session.received(bytes);
        } else {
            inbox.writeBytes(bytes);
        }
        return true;
    }

    /** Reads until {@code enough}, for at most {@code patience}. */
    public boolean await(BooleanSupplier enough, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!enough.getAsBoolean() && !closed && System.nanoTime() - deadline < 0) {
            readSome(Duration.ofMillis(50));
        }
        return enough.getAsBoolean();
    }

    public Stream stream() {
        Stream opened = new Stream();
        opened.opened = session.open(opened).orElseThrow();
        return opened;
    }

    @Override
    public void send(ByteBuf bytes) {
        try {
            bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
        } catch (IOException e) {
            closed = true;
        } finally {
            bytes.release();
        }
    }

    @Override
    public StreamEvents opened(YamuxStream stream) {
        throw new IllegalStateException("a proxy opens no streams");
    }

    @Override
    public void pong(int value) {}

    @Override
    public void goingAway(GoAway reason) {
        goingAway = true;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** One stream, of lines. */
    public final class Stream implements StreamEvents {

        public final StringBuilder came = new StringBuilder();
        private @Nullable YamuxStream opened;
        boolean finished;
        boolean reset;
        long bytes;
        boolean taking = true;

        public YamuxStream yamux() {
            return Objects.requireNonNull(opened);
        }

        void say(String line) {
            yamux().send(Unpooled.copiedBuffer(line + "\n", StandardCharsets.UTF_8));
        }

        /** The next line; empty when none comes in time. */
        String read() throws IOException {
            TunnelClient.this.await(() -> came.indexOf("\n") >= 0 || finished || reset, Duration.ofSeconds(10));
            int end = came.indexOf("\n");
            if (end < 0) {
                return "";
            }
            String line = came.substring(0, end);
            came.delete(0, end + 1);
            return line;
        }

        String ask(String line) throws IOException {
            say(line);
            return read();
        }

        @Override
        public void data(ByteBuf data) {
            int length = data.readableBytes();
            bytes += length;
            came.append(data.toString(StandardCharsets.UTF_8));
            data.release();
            if (taking) {
                yamux().consumed(length);
            }
        }

        @Override
        public void finished() {
            finished = true;
        }

        @Override
        public void reset() {
            reset = true;
        }

        @Override
        public void windowGrown() {}
    }
}
