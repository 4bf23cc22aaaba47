package dev.sallyport.cli.tunnel;

import dev.sallyport.tunnel.yamux.GoAway;
import dev.sallyport.tunnel.yamux.SessionEvents;
import dev.sallyport.tunnel.yamux.StreamEvents;
import dev.sallyport.tunnel.yamux.YamuxException;
import dev.sallyport.tunnel.yamux.YamuxLimits;
import dev.sallyport.tunnel.yamux.YamuxSession;
import dev.sallyport.tunnel.yamux.YamuxStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * One open connection of a tunnel. Three threads of its own read, write and watch it; each stream has two more
 * ({@link LocalConnection}). One lock guards the session and its queues; nobody does I/O under it.
 */
final class TunnelConnection implements SessionEvents, AutoCloseable {

    private static final int READ_BYTES = 64 * 1024;
    /** What waits to be written to the connection before streams have to wait. */
    private static final int MAX_UNWRITTEN_BYTES = 1 << 20;

    private static final Duration KEEPALIVE = Duration.ofSeconds(15);
    private static final YamuxLimits LIMITS =
            new YamuxLimits(0, YamuxLimits.USUAL_BACKLOG, YamuxLimits.INITIAL_WINDOW_BYTES);

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled at every change that somebody may wait for. */
    private final Condition changed = lock.newCondition();

    private final Condition toWrite = lock.newCondition();
    private final Socket socket;
    private final YamuxSession session =
            new YamuxSession(YamuxSession.Role.CLIENT, LIMITS, new UnpooledByteBufAllocator(false), this);
    private final Deque<ByteBuf> unwritten = new ArrayDeque<>();
    private final CompletableFuture<String> retired = new CompletableFuture<>();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();
    private int unwrittenBytes;
    private volatile long lastReadNanos = System.nanoTime();
    private volatile boolean over;

    TunnelConnection(Socket socket) {
        this.socket = socket;
    }

    void start() {
        Thread.ofVirtual().name("tunnel-read").start(this::read);
        Thread.ofVirtual().name("tunnel-write").start(this::write);
        Thread.ofVirtual().name("tunnel-watch").start(this::watch);
    }

    /** Completes, with why, when it takes no new streams any more. */
    CompletableFuture<String> retired() {
        return retired;
    }

    /** Completes when it is closed. */
    CompletableFuture<Void> lost() {
        return lost;
    }

    /** A new stream; empty when there can be none. */
    Optional<YamuxStream> open(StreamEvents events) {
        lock.lock();
        try {
            return session.open(events);
        } finally {
            lock.unlock();
        }
    }

    /** Sends all of {@code bytes}, as the stream's window and the connection take them. Blocks. */
    void send(YamuxStream stream, byte[] bytes, int length) throws IOException, InterruptedException {
        lock.lock();
        try {
            for (int sent = 0; sent < length; ) {
                while (!stream.over() && (stream.window() == 0 || unwrittenBytes > MAX_UNWRITTEN_BYTES)) {
                    changed.await();
                }
                if (stream.over()) {
                    throw new IOException("the stream was ended");
                }
                int now = Math.min(stream.window(), length - sent);
                stream.send(Unpooled.copiedBuffer(bytes, sent, now));
                sent += now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Does something to the session. */
    void locked(Runnable step) {
        lock.lock();
        try {
            step.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until {@code done} says so, which is asked under the lock, at every change. */
    void awaiting(BooleanSupplier done) throws InterruptedException {
        lock.lock();
        try {
            while (!done.getAsBoolean()) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        byte[] buffer = new byte[READ_BYTES];
        String why = "the db-proxy closed the tunnel";
        try {
            InputStream in = socket.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                lastReadNanos = System.nanoTime();
                ByteBuf bytes = Unpooled.wrappedBuffer(Arrays.copyOf(buffer, read));
                locked(() -> session.received(bytes));
            }
        } catch (YamuxException | IOException e) {
            why = "the tunnel broke: " + e.getMessage();
        }
        end(why);
    }

    private void write() {
        try {
            OutputStream out = socket.getOutputStream();
            byte[] batch = new byte[READ_BYTES];
            for (int length = next(batch); length > 0; length = next(batch)) {
                out.write(batch, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            end("the tunnel broke: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As much as there is and fits; 0 when all is over. */
    private int next(byte[] batch) throws InterruptedException {
        lock.lock();
        try {
            while (unwritten.isEmpty() && !over) {
                toWrite.await();
            }
            int length = 0;
            while (!unwritten.isEmpty() && length < batch.length) {
                ByteBuf first = unwritten.getFirst();
                int now = Math.min(first.readableBytes(), batch.length - length);
                first.readBytes(batch, length, now);
                length += now;
                if (!first.isReadable()) {
                    unwritten.removeFirst().release();
                }
            }
            unwrittenBytes -= length;
            changed.signalAll();
            return length;
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        try {
            while (!over) {
                long askedNanos = System.nanoTime();
                locked(() -> session.ping(0));
                if (waitForEnd(KEEPALIVE)) {
                    return;
                }
                if (lastReadNanos - askedNanos < 0) {
                    end("the db-proxy gives no sign of life");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitForEnd(Duration patience) throws InterruptedException {
        try {
            lost.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        }
    }

    @Override
    public void send(ByteBuf bytes) {
        unwrittenBytes += bytes.readableBytes();
        unwritten.add(bytes);
        toWrite.signal();
    }

    @Override
    public StreamEvents opened(YamuxStream stream) {
        throw new IllegalStateException("a db-proxy opens no streams, and none are taken");
    }

    @Override
    public void pong(int value) {
        // That something came is all that counts.
    }

    @Override
    public void goingAway(GoAway reason) {
        retired.complete("the db-proxy takes no new connections");
    }

    /** Ends it and all of its streams. May be called again. */
    private void end(String why) {
        locked(() -> {
            if (!over) {
                over = true;
                session.closed();
                unwritten.forEach(ByteBuf::release);
                unwritten.clear();
                toWrite.signalAll();
            }
        });
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, then.
        }
        retired.complete(why);
        lost.complete(null);
    }

    @Override
    public void close() {
        end("closed");
    }
}
