package dev.sallyport.cli.tunnel;

import dev.sallyport.tunnel.handshake.ClientHello;
import dev.sallyport.tunnel.handshake.Handshake;
import dev.sallyport.tunnel.handshake.RefusalCode;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The proxy's end of tunnels without TLS: every stream is echoed. It refuses, goes away and dies when told. */
final class PlayedProxy implements AutoCloseable, Carrier {

    final List<ClientHello> hellos = new CopyOnWriteArrayList<>();
    final List<Connection> connections = new CopyOnWriteArrayList<>();
    volatile Optional<RefusalCode> refusal = Optional.empty();
    private final ServerSocket door;

    PlayedProxy() throws IOException {
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", door.getLocalPort());
    }

    @Override
    public boolean tls() {
        return false;
    }

    @Override
    public void close() {
        // As a carrier it holds nothing.
    }

    void stop() throws IOException {
        door.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket socket = door.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Handshake handshake = new Handshake();
            write(socket, handshake, new ServerPacket.Hello("played", 1, 3, ServerPacket.TOKEN_METHOD));
            ByteBuf inbox = Unpooled.buffer();
            Optional<ClientHello> hello = Optional.empty();
            while (hello.isEmpty()) {
                inbox.writeByte(socket.getInputStream().read());
                hello = handshake.readClient(inbox);
            }
            hellos.add(hello.get());
            if (refusal.isPresent()) {
                write(socket, handshake, new ServerPacket.Refused(refusal.get(), "as the test wants"));
                return;
            }
            Connection connection = new Connection(socket);
            connections.add(connection);
            write(socket, handshake, new ServerPacket.Accepted());
            connection.run();
        } catch (IOException e) {
            // The other side went.
        }
    }

    private static void write(Socket socket, Handshake handshake, ServerPacket packet) throws IOException {
        ByteBuf out = Unpooled.buffer();
        handshake.write(out, packet);
        out.readBytes(socket.getOutputStream(), out.readableBytes());
    }

    /** One tunnel. */
    static final class Connection implements SessionEvents {

        final Socket socket;
        private final YamuxSession session = new YamuxSession(
                YamuxSession.Role.SERVER,
                new YamuxLimits(100, 1, YamuxLimits.INITIAL_WINDOW_BYTES),
                new UnpooledByteBufAllocator(false),
                this);

        Connection(Socket socket) {
            this.socket = socket;
        }

        void run() throws IOException {
            byte[] buffer = new byte[16 * 1024];
            for (int read = socket.getInputStream().read(buffer); read >= 0; ) {
                synchronized (this) {
                    session.received(Unpooled.copiedBuffer(buffer, 0, read));
                }
                read = socket.getInputStream().read(buffer);
            }
        }

        synchronized void goAway() {
            session.goAway(GoAway.NORMAL);
        }

        @Override
        public void send(ByteBuf bytes) {
            try {
                bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                bytes.release();
            }
        }

        @Override
        public StreamEvents opened(YamuxStream stream) {
            return new Echo(stream);
        }

        @Override
        public void pong(int value) {}

        @Override
        public void goingAway(GoAway reason) {}
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
            waiting.clear();
        }
    }
}
