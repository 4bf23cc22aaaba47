package dev.sallyport.proxy.mysql;

import dev.sallyport.mywire.Greeting;
import dev.sallyport.mywire.LoginPackets;
import dev.sallyport.mywire.Packets;
import dev.sallyport.mywire.TargetLogin;
import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.FutureListener;
import java.util.Optional;
import java.util.function.Supplier;

/** The target's end: logs in, over TLS, then hands on what comes. */
final class TargetEnd extends RelayHandler {

    /** Whoever logs in at a target. */
    interface Owner {
        /** @param ok the payload of the target's OK */
        void loggedIn(byte[] ok);

        /** @param why for the client to read; it tells nothing of how we log in */
        void loginFailed(boolean refused, String why);

        void fromTarget(ByteBuf bytes);

        void targetClosed();

        /** The other end of the relay said that nothing more will come from it. */
        void clientClosed();

        void targetFailed(Throwable cause);
    }

    private final Owner owner;
    private final TargetLogin login;
    private final Supplier<SslHandler> tls;
    private final LoginPackets packets = new LoginPackets();
    private boolean through;
    private boolean over;

    TargetEnd(Owner owner, TargetLogin login, Supplier<SslHandler> tls) {
        this.owner = owner;
        this.login = login;
        this.tls = tls;
    }

    /** What the target said first; empty before it did. */
    Optional<Greeting> greeting() {
        return login.greeting();
    }

    int connectionId() {
        return login.connectionId();
    }

    /** The channel that it is in. */
    Channel at() {
        return channel();
    }

    void back(ByteBuf bytes) {
        reply(bytes);
    }

    void across(ByteBuf bytes) {
        forward(bytes);
    }

    void command(byte[] payload) {
        reply(Packets.of(channel().alloc(), 0, payload));
        flush();
    }

    @Override
    protected void received(ByteBuf bytes) {
        if (through) {
            owner.fromTarget(bytes);
            return;
        }
        try {
            while (!over && !through && bytes.isReadable()) {
                ByteBuf payload = packets.next(bytes);
                if (payload != null) {
                    step(login.received(payload));
                }
            }
        } finally {
            bytes.release();
        }
    }

    private void step(TargetLogin.Step step) {
        switch (step) {
            case TargetLogin.Step.Send send -> send(send.payload());
            case TargetLogin.Step.StartTls start -> startTls(start.payload());
            case TargetLogin.Step.Wait _ -> {}
            case TargetLogin.Step.Done done -> {
                through = true;
                login.forget();
                owner.loggedIn(done.ok());
            }
            case TargetLogin.Step.Refused refused ->
                fail(
                        true,
                        "the database did not accept the login (error "
                                + refused.error().code() + ")");
            case TargetLogin.Step.Impossible impossible ->
                fail(false, "cannot log in to the database: " + impossible.why());
        }
    }

    private void startTls(byte[] request) {
        send(request);
        SslHandler handler = tls.get();
        channel().pipeline().addFirst("tls", handler);
        handler.handshakeFuture().addListener((FutureListener<Channel>) shaken -> {
            if (shaken.isSuccess()) {
                step(login.encrypted());
            } else {
                fail(false, "no TLS to the database can be had: its certificate is not trusted, or TLS failed");
            }
        });
    }

    private void send(byte[] payload) {
        reply(Packets.of(channel().alloc(), packets.nextSequence(), payload));
        flush();
    }

    private void fail(boolean refused, String why) {
        if (!over) {
            over = true;
            login.forget();
            owner.loginFailed(refused, why);
        }
    }

    @Override
    protected void peerHalfClosed() {
        owner.clientClosed();
    }

    @Override
    protected void closed() {
        if (through) {
            owner.targetClosed();
        } else {
            fail(false, "the database closed the connection before the login was through");
        }
    }

    @Override
    protected void failed(Throwable cause) {
        if (through) {
            owner.targetFailed(cause);
        } else {
            fail(false, "the login at the database failed");
        }
    }
}
