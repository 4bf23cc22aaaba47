package dev.sallyport.sandbox.aws.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agent's smux, version 1, and its connections to the port ({@code agent/session/plugins/port/port_mux.go}): a stream that the client opens becomes
 * a connection; where that cannot be made, a flag says so and the stream is closed. The end of either closes the other, whole.
 */
final class MuxServer implements AutoCloseable {

    private static final int SYN = 0;
    private static final int FIN = 1;
    private static final int PSH = 2;
    private static final int NOP = 3;
    private static final int HEADER = 8;
    private static final int PORT_READ = 32 * 1024;
    /** Some 4 MiB of frames of a kilobyte: smux's own bucket. */
    private static final int FRAMES_WAITING = 4_096;

    private final int port;
    private final Consumer<byte[]> toClient;
    private final Runnable portError;
    private final Map<Integer, Stream> streams = new ConcurrentHashMap<>();
    private final ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable ByteBuffer data;

    /**
     * @param port on this machine
     * @param toClient takes what smux has for the client; it may wait
     * @param portError is told when the port does not take a connection
     */
    MuxServer(int port, Consumer<byte[]> toClient, Runnable portError) {
        this.port = port;
        this.toClient = toClient;
        this.portError = portError;
    }

    /** Waits while the port does not take what came before. @throws IllegalArgumentException for what is not smux 1 */
    void received(byte[] bytes) throws InterruptedException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        while (in.hasRemaining()) {
            ByteBuffer filling = data == null ? header : data;
            while (in.hasRemaining() && filling.hasRemaining()) {
                filling.put(in.get());
            }
            if (!filling.hasRemaining()) {
                complete();
            }
        }
    }

    private void complete() throws InterruptedException {
        if (header.get(0) != 1) {
            throw new IllegalArgumentException("invalid protocol: version " + header.get(0));
        }
        int command = header.get(1);
        int length = Short.toUnsignedInt(header.getShort(2));
        int id = header.getInt(4);
        if (command == PSH && length > 0 && data == null) {
            data = ByteBuffer.allocate(length);
            return;
        }
        ByteBuffer frame = data;
        data = null;
        header.clear();
        Stream stream = streams.get(id);
        switch (command) {
            case SYN -> streams.computeIfAbsent(id, Stream::new).begin();
            case FIN -> {
                if (stream != null) {
                    stream.waiting.put(new byte[0]);
                }
            }
            case PSH -> {
                if (stream != null && frame != null) {
                    stream.waiting.put(frame.array());
                }
            }
            case NOP -> {
                // Still there.
            }
            default -> throw new IllegalArgumentException("invalid protocol: command " + command);
        }
    }

    private static byte[] frame(int command, int id, byte[] bytes, int length) {
        return ByteBuffer.allocate(HEADER + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 1)
                .put((byte) command)
                .putShort((short) length)
                .putInt(id)
                .put(bytes, 0, length)
                .array();
    }

    @Override
    public void close() {
        streams.values().forEach(Stream::close);
    }

    /** One connection to the port. */
    private final class Stream {

        private final int id;
        private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(FRAMES_WAITING);
        private volatile @Nullable Socket socket;

        Stream(int id) {
            this.id = id;
        }

        void begin() {
            Thread.ofVirtual().name("agent-stream").start(this::run);
        }

        private void run() {
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                connected.setTcpNoDelay(true);
                socket = connected;
                Thread.ofVirtual().name("agent-stream-write").start(() -> write(connected));
                InputStream in = connected.getInputStream();
                byte[] bytes = new byte[PORT_READ];
                for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
                    toClient.accept(frame(PSH, id, bytes, length));
                }
            } catch (IOException e) {
                if (socket == null) {
                    portError.run();
                }
            } catch (UncheckedIOException e) {
                // The session is over.
            }
            toClient.accept(frame(FIN, id, new byte[0], 0));
            streams.remove(id);
            waiting.clear();
        }

        private void write(Socket to) {
            try (to) {
                for (byte[] next = waiting.take(); next.length > 0; next = waiting.take()) {
                    to.getOutputStream().write(next);
                }
            } catch (IOException e) {
                // The port's end; the reader sees it too.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void close() {
            Socket open = socket;
            waiting.clear();
            waiting.add(new byte[0]);
            if (open != null) {
                try {
                    open.close();
                } catch (IOException e) {
                    // It is closed.
                }
            }
        }
    }
}
