package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.Messages;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends one CancelRequest to the very address that the session's own connection leads to, encrypted like it. Ends when the
 * target has closed the connection, as it does when it has passed the request on; or when time is up.
 */
final class CancelForward implements WireEnd.Side {

    /** What the target gave in its BackendKeyData. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record BackendKey(int processId, byte[] secret) {

        /** Nothing to show. */
        @Override
        public String toString() {
            return "key of " + processId;
        }
    }

    private static final int TIMEOUT_MILLIS = 5_000;

    private final TlsToTarget tls;
    private final BackendKey key;
    private final BooleanSupplier stillWanted;
    private final Runnable done;
    private final WireEnd end = new WireEnd(this);
    private final boolean encrypted;
    private boolean sent;
    private boolean over;

    private CancelForward(
            TlsToTarget tls, boolean encrypted, BackendKey key, BooleanSupplier stillWanted, Runnable done) {
        this.tls = tls;
        this.encrypted = encrypted;
        this.key = key;
        this.stillWanted = stillWanted;
        this.done = done;
    }

    /**
     * Cancels what runs behind {@code target}.
     *
     * @param stillWanted asked at the last moment, since by then the statement may be another
     * @param done runs once, on the event loop of {@code target}
     */
    static void send(
            Channel target,
            TlsToTarget tls,
            boolean encrypted,
            BackendKey key,
            BooleanSupplier stillWanted,
            Runnable done) {
        CancelForward forward = new CancelForward(tls, encrypted, key, stillWanted, done);
        new Bootstrap()
                .group(target.eventLoop())
                .channel(target.getClass())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
                .handler(forward.end)
                .connect(target.remoteAddress())
                .addListener((ChannelFutureListener) connected -> {
                    if (connected.isSuccess()) {
                        forward.connected();
                    } else {
                        forward.gone();
                    }
                });
    }

    private void connected() {
        end.wire().eventLoop().schedule(this::gone, TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        if (encrypted) {
            end.send(TlsToTarget.request());
        } else {
            request();
        }
    }

    @Override
    public void received(ByteBuf bytes) {
        try {
            if (!sent && tls.answered(bytes, end.wire())) {
                request();
            }
        } catch (RuntimeException e) {
            gone();
        } finally {
            bytes.release();
        }
    }

    private void request() {
        if (sent || !stillWanted.getAsBoolean()) {
            gone();
            return;
        }
        sent = true;
        ByteBuf request = Unpooled.buffer();
        Messages.cancelRequest(request, key.processId(), key.secret());
        end.send(request);
    }

    @Override
    public void gone() {
        if (!over) {
            over = true;
            end.close();
            done.run();
        }
    }

    @Override
    public void broken(Throwable cause) {
        gone();
    }
}
