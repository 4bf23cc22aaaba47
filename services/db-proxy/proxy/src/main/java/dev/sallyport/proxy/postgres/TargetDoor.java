package dev.sallyport.proxy.postgres;

import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.WholeMessage;
import dev.sallyport.pgwire.auth.ChannelBinding;
import dev.sallyport.pgwire.auth.ScramClient;
import dev.sallyport.pgwire.startup.Opening.Startup;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The target's end of the connection: TLS, our login, and then the relay. */
final class TargetDoor implements WireEnd.Side {

    private static final long LOGIN_TIMEOUT_MILLIS = 15_000;

    private final PostgresConnection session;
    private final ClientConnection connection;
    private final GrantTarget target;
    private final Startup startup;
    private final Secret password;
    private final ScramClient.Salting salting;
    private final TlsToTarget tlsToTarget;
    private final WireEnd end = new WireEnd(this);
    private ByteBuf inbox = Unpooled.buffer(512, 2 * TargetLogin.MAX_MESSAGE_BYTES);

    private @Nullable TargetLogin login;
    /** What the login has left. */
    private CancelForward.@Nullable BackendKey backendKey;

    private @Nullable SslHandler tls;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean abandoned;

    TargetDoor(
            PostgresConnection session,
            ClientConnection connection,
            GrantTarget target,
            Startup startup,
            Secret password,
            ScramClient.Salting salting) {
        this.session = session;
        this.connection = connection;
        this.target = target;
        this.startup = startup;
        this.password = password;
        this.salting = salting;
        this.tlsToTarget = new TlsToTarget(connection.plainTargetAllowed(), () -> connection.targetTls(target));
    }

    WireEnd end() {
        return end;
    }

    Startup startup() {
        return startup;
    }

    /** The target is connected. */
    void begin() {
        deadline = end.wire()
                .eventLoop()
                .schedule(() -> session.guarded(TargetDoor::tooLate), LOGIN_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        end.send(TlsToTarget.request());
    }

    private static void tooLate() {
        throw LoginRefused.byTarget("08006", "the database took too long to let us in", AuthFailure.TARGET_UNREACHABLE);
    }

    /** What the target sent behind its first ReadyForQuery. Nothing of the login is kept from here on but the key. */
    Optional<ByteBuf> leftover() {
        ByteBuf rest = inbox;
        inbox = Unpooled.EMPTY_BUFFER;
        login = null;
        return rest.isReadable() ? Optional.of(rest) : Optional.empty();
    }

    @Override
    public void received(ByteBuf bytes) {
        Optional<Relay> relay = session.relay();
        if (session.over() || abandoned) {
            bytes.release();
        } else if (relay.isEmpty()) {
            session.guarded(() -> take(bytes));
        } else if (session.leaving().isPresent()) {
            session.guarded(() -> relay.get().fromTargetToNobody(bytes));
            if (relay.get().conversation().idle()) {
                session.finish(session.leaving().get());
            }
        } else {
            session.guarded(() -> {
                relay.get().fromTarget(bytes);
                session.endIfTerminated();
            });
        }
    }

    private void take(ByteBuf bytes) {
        try {
            if (bytes.readableBytes() > inbox.maxWritableBytes()) {
                throw PgWireException.violation("the target says too much at the login");
            }
            inbox.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        if (login == null && inbox.isReadable()) {
            boolean encrypted = tlsToTarget.answered(inbox, end.wire());
            tls = encrypted ? end.wire().pipeline().get(SslHandler.class) : null;
            TargetLogin begun = new TargetLogin(
                    target.databaseUser(),
                    target.database(),
                    password,
                    salting,
                    startup,
                    encrypted,
                    this::channelBinding);
            login = begun;
            ByteBuf first = Unpooled.buffer();
            begun.start(first);
            end.send(first);
        }
        readLogin();
        inbox.discardSomeReadBytes();
    }

    private void readLogin() {
        TargetLogin running = login;
        while (running != null && !session.over() && !abandoned) {
            Optional<WholeMessage> message = WholeMessage.read(inbox, TargetLogin.MAX_MESSAGE_BYTES);
            if (message.isEmpty()) {
                return;
            }
            ByteBuf answer = Unpooled.buffer();
            boolean ready = running.take(message.get(), answer, this::sendWhenMade);
            if (answer.isReadable()) {
                end.send(answer);
            }
            if (ready) {
                stopDeadline();
                backendKey = running.backendKey();
                session.ready(this, running);
                return;
            }
        }
    }

    private void sendWhenMade(Callable<String> response) {
        Thread.ofVirtual().name("scram").start(() -> {
            Runnable next = made(response);
            end.wire().eventLoop().execute(() -> session.guarded(next));
        });
    }

    private Runnable made(Callable<String> response) {
        try {
            String text = response.call();
            return () -> {
                ByteBuf message = Unpooled.buffer();
                Messages.saslResponse(message, text);
                end.send(message);
            };
        } catch (RuntimeException e) {
            return () -> {
                throw e;
            };
        } catch (Exception e) {
            return () -> {
                throw new IllegalStateException(e);
            };
        }
    }

    private Optional<byte[]> channelBinding() {
        SslHandler handler = tls;
        if (handler == null) {
            return Optional.empty();
        }
        try {
            Certificate[] theirs = handler.engine().getSession().getPeerCertificates();
            return theirs.length == 0 ? Optional.empty() : ChannelBinding.of(theirs[0]);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Cancels what runs, if it still does when the target can be told. */
    void cancel(BooleanSupplier stillWanted, Runnable done) {
        CancelForward.BackendKey key = backendKey;
        if (key == null) {
            done.run();
        } else {
            CancelForward.send(end.wire(), tlsToTarget, tls != null, key, stillWanted, done);
        }
    }

    void close() {
        stopDeadline();
        end.close();
    }

    private void stopDeadline() {
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Another one is opened in its place: nothing that happens here counts any more. */
    void abandon() {
        abandoned = true;
        close();
    }

    @Override
    public void gone() {
        if (!abandoned) {
            session.targetGone();
        }
    }

    @Override
    public void broken(Throwable cause) {
        if (abandoned) {
            return;
        }
        if (session.relay().isPresent() || !causedByTls(cause)) {
            session.targetGone();
        } else {
            session.guarded(() -> {
                throw LoginRefused.byTarget(
                        "08006",
                        "no trusted TLS connection to the database: " + reason(cause),
                        AuthFailure.TARGET_UNREACHABLE);
            });
        }
    }

    private static boolean causedByTls(Throwable cause) {
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof SSLException) {
                return true;
            }
        }
        return false;
    }

    private static String reason(Throwable cause) {
        Throwable innermost = cause;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return String.valueOf(innermost.getMessage());
    }
}
