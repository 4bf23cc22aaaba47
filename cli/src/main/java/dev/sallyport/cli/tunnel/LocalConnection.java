package dev.sallyport.cli.tunnel;

import dev.sallyport.tunnel.yamux.StreamEvents;
import dev.sallyport.tunnel.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection to the local port, and its stream. What waits for the client is bounded by the stream's window. The
 * queue and the flags are guarded by the tunnel connection's lock.
 */
final class LocalConnection implements StreamEvents {

    private static final int READ_BYTES = 32 * 1024;

    private final Socket client;
    private final TunnelConnection tunnel;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();
    private boolean finished;
    private boolean reset;

    private LocalConnection(Socket client, TunnelConnection tunnel) {
        this.client = client;
        this.tunnel = tunnel;
    }

    /** Passes {@code client} on until either side ends. Blocks. */
    static void serve(Socket client, TunnelConnection tunnel) throws InterruptedException {
        LocalConnection connection = new LocalConnection(client, tunnel);
        Optional<YamuxStream> stream = tunnel.open(connection);
        if (stream.isPresent()) {
            connection.pass(stream.get());
        } else {
            connection.closeClient();
        }
    }

    private void pass(YamuxStream stream) throws InterruptedException {
        Thread up = Thread.ofVirtual().name("tunnel-up").start(() -> up(stream));
        down(stream);
        up.join();
        closeClient();
    }

    private void up(YamuxStream stream) {
        byte[] buffer = new byte[READ_BYTES];
        try {
            InputStream in = client.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                tunnel.send(stream, buffer, read);
            }
            tunnel.locked(stream::finish);
        } catch (IOException e) {
            end(stream);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A reset of ours is not told to us: whoever waits for the stream has to hear of it all the same. */
    private void end(YamuxStream stream) {
        tunnel.locked(() -> {
            stream.reset();
            reset();
        });
    }

    private void down(YamuxStream stream) throws InterruptedException {
        try {
            OutputStream out = client.getOutputStream();
            for (ByteBuf next = next(); next != null; next = next()) {
                int length = next.readableBytes();
                next.readBytes(out, length);
                next.release();
                out.flush();
                tunnel.locked(() -> stream.consumed(length));
            }
            client.shutdownOutput();
        } catch (IOException e) {
            end(stream);
        }
        if (reset) {
            // Its reader may wait for a client that has nothing to say.
            closeClient();
        }
    }

    /** What comes next; null when nothing more does. */
    private @Nullable ByteBuf next() throws InterruptedException {
        ByteBuf[] next = new ByteBuf[1];
        tunnel.awaiting(() -> {
            next[0] = waiting.poll();
            return next[0] != null || finished || reset;
        });
        return next[0];
    }

    private void closeClient() {
        try {
            client.close();
        } catch (IOException e) {
            // It is gone, then.
        }
    }

    @Override
    public void data(ByteBuf bytes) {
        waiting.add(bytes);
    }

    @Override
    public void finished() {
        finished = true;
    }

    @Override
    public void reset() {
        reset = true;
        waiting.forEach(ByteBuf::release);
        waiting.clear();
    }

    @Override
    public void windowGrown() {
        // Whoever waits for it looks at each change.
    }
}
