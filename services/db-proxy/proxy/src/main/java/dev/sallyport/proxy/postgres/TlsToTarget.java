package dev.sallyport.proxy.postgres;

import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.proxy.connection.AuthFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.util.function.Supplier;

/** Asks a target for TLS (Message Flow: SSL Session Encryption). */
final class TlsToTarget {

    private final boolean plainAllowed;
    private final Supplier<SslHandler> tls;

    TlsToTarget(boolean plainAllowed, Supplier<SslHandler> tls) {
        this.plainAllowed = plainAllowed;
        this.tls = tls;
    }

    static ByteBuf request() {
        ByteBuf request = Unpooled.buffer(8);
        Messages.sslRequest(request);
        return request;
    }

    /**
     * Takes the target's answer, its first byte.
     *
     * @return whether the channel is encrypted from now on
     * @throws LoginRefused when it is not, and has to be
     */
    boolean answered(ByteBuf in, Channel channel) {
        byte answer = in.readByte();
        if (answer == 'S') {
            if (in.isReadable()) {
                throw PgWireException.violation("the database sent plain text behind its agreement to TLS");
            }
            channel.pipeline().addFirst("tls", tls.get());
            return true;
        }
        if (answer != 'N') {
            throw PgWireException.violation("the database did not answer the request for TLS");
        }
        if (!plainAllowed) {
            throw LoginRefused.byTarget(
                    "08006",
                    "the database offers no TLS, and this proxy insists on it",
                    AuthFailure.TARGET_UNREACHABLE);
        }
        return false;
    }
}
