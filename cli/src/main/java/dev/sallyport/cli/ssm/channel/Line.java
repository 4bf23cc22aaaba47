package dev.sallyport.cli.ssm.channel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket of a session. It reads one message after the other, and the next when the one before is dealt with: a reader that is slow is
 * felt by the other side. Sending waits until the bytes are out, for a bounded time.
 */
final class Line implements WebSocket.Listener {

    private static final ByteBuffer PING =
            ByteBuffer.wrap("keepalive".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    private final Owner owner;
    private final Duration sending;
    private final ReentrantLock turn = new ReentrantLock();
    private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
    private volatile long heardNanos = System.nanoTime();
    private volatile boolean busy;
    private volatile boolean lost;
    private @Nullable WebSocket socket;

    /** Whose line it is. */
    interface Owner {

        /** A whole binary message; the next one comes when this returns. */
        void received(byte[] message);

        /** The line is no more, and not because we closed it. Called once or more. */
        void lost(Line line, String cause);
    }

    private Line(Owner owner, Duration sending) {
        this.owner = owner;
        this.sending = sending;
    }

    /** @throws IOException when it does not come about in time */
    static Line connect(HttpClient http, URI url, Timing timing, Owner owner) throws IOException {
        Line line = new Line(owner, timing.sending());
        line.socket = within(
                timing.connect(),
                http.newWebSocketBuilder().connectTimeout(timing.connect()).buildAsync(url, line));
        return line;
    }

    void sendText(String text) throws IOException {
        send(socket -> socket.sendText(text, true));
    }

    void sendBinary(byte[] message) throws IOException {
        send(socket -> socket.sendBinary(ByteBuffer.wrap(message), true));
    }

    void ping() throws IOException {
        send(socket -> socket.sendPing(PING.duplicate()));
    }

    /** How long nothing was heard; nothing while we ourselves did not listen. */
    Duration silence() {
        return busy ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    /** Whether {@link Owner#lost} was called. */
    boolean isLost() {
        return lost;
    }

    /** Says goodbye when that goes at once; the socket is closed in any case. */
    void close() {
        try {
            send(socket -> socket.sendClose(WebSocket.NORMAL_CLOSURE, ""));
        } catch (IOException e) {
            // It was lost before.
        }
        abort();
    }

    void abort() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private interface Sending {
        CompletableFuture<WebSocket> to(WebSocket socket);
    }

    private void send(Sending what) throws IOException {
        turn.lock();
        try {
            WebSocket open = socket;
            if (open == null || open.isOutputClosed()) {
                throw new IOException("the WebSocket is closed");
            }
            within(sending, what.to(open));
        } finally {
            turn.unlock();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        heardNanos = System.nanoTime();
        if (parts.size() + data.remaining() > AgentMessage.MAX_BYTES) {
            lose("the service sent a message of more than " + AgentMessage.MAX_BYTES + " bytes");
            from.abort();
            return null;
        }
        byte[] part = new byte[data.remaining()];
        data.get(part);
        parts.writeBytes(part);
        if (last) {
            byte[] message = parts.toByteArray();
            parts.reset();
            busy = true;
            try {
                owner.received(message);
            } finally {
                heardNanos = System.nanoTime();
                busy = false;
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket from, ByteBuffer message) {
        heardNanos = System.nanoTime();
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        lose("the service closed the WebSocket (" + status + (reason.isEmpty() ? "" : " " + reason) + ")");
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        lose("the WebSocket broke (" + error.getClass().getSimpleName() + ")");
    }

    private void lose(String cause) {
        lost = true;
        owner.lost(this, cause);
    }

    private static <T> T within(Duration limit, CompletableFuture<T> future) throws IOException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("no answer within " + limit.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
