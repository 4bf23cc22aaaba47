package dev.sallyport.proxy.mysql;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.mywire.Capabilities;
import dev.sallyport.mywire.CharacterSets;
import dev.sallyport.mywire.Conversation;
import dev.sallyport.mywire.ErrPacket;
import dev.sallyport.mywire.Greeting;
import dev.sallyport.mywire.LoginRequest;
import dev.sallyport.mywire.MalformedPacketException;
import dev.sallyport.mywire.PasswordProof;
import dev.sallyport.mywire.TargetLogin;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Proven;
import dev.sallyport.proxy.connection.Refusal;
import dev.sallyport.proxy.grants.TargetAddress;
import dev.sallyport.proxy.relay.ReadGate;
import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One client, from its greeting to its end: greet, requested (grant, proof), proved (admit, password, connect), loggedIn
 * (session opened, client told), and then the conversation. Confined to the event loop of the client's channel.
 */
final class MySqlConnection implements ConnectionHandler, TargetEnd.Owner, Conversation.Ends {

    private static final int STATUS_AUTOCOMMIT = 2;
    private static final Logger LOG = Logger.getLogger(MySqlConnection.class);

    private final ClientConnection connection;
    private final Set<Engine> engines;
    private final ConnectionIds ids;
    private final Dialects dialects;
    private final boolean localFiles;
    private final ClientEnd client = new ClientEnd(this);
    private final int connectionId;
    private int offered = Capabilities.offered();
    private byte[] nonce = new byte[0];
    private @Nullable LoginRequest request;
    private @Nullable PasswordProof proof;
    private @Nullable GrantState grant;
    private @Nullable TargetEnd target;
    /** Until the target has answered our login. */
    private @Nullable Secret firstPassword;

    private @Nullable Conversation conversation;
    private @Nullable AuditTrail trail;
    /** Whose batch of reads it is: that end sends both ways, and flushes when the batch ends. */
    private boolean readingTarget;

    private boolean over;

    /** @param localFiles whether a server may ask the client for files */
    MySqlConnection(
            ClientConnection connection,
            Set<Engine> engines,
            ConnectionIds ids,
            Dialects dialects,
            boolean localFiles) {
        this.connection = connection;
        this.engines = engines;
        this.ids = ids;
        this.dialects = dialects;
        this.localFiles = localFiles;
        this.connectionId = ids.next();
    }

    void greet() {
        connection.channel().pipeline().addLast("mysql", client);
        Dialects.Dialect dialect = dialects.forClientOf(connection.targets());
        nonce = Greeting.newNonce();
        offered = localFiles ? Capabilities.withLocalFiles(dialect.capabilities()) : dialect.capabilities();
        if (connection.provenLogin().isPresent()) {
            offered = Capabilities.withoutTls(offered);
        }
        client.greet(new Greeting(
                dialect.version(),
                connectionId,
                nonce,
                offered,
                dialect.collation(),
                STATUS_AUTOCOMMIT,
                dialect.plugin()));
    }

    SslHandler clientTls() {
        return connection.clientTls();
    }

    /** The client says who it is. */
    void requested(LoginRequest claimed) {
        LoginRequest login = claimed.within(offered);
        request = login;
        Optional<String> proven = connection.provenLogin();
        if (proven.isPresent()) {
            when(connection.grant(proven.get()), found -> ofTunnel(login, found), _ -> end(CloseCause.INTERNAL_ERROR));
            return;
        }
        if (!client.encrypted() && !connection.plainClientAllowed()) {
            refuse(AuthFailure.NO_TLS, Errors.NEEDS_TLS);
            return;
        }
        when(connection.grant(login.user()), found -> prove(login, found), _ -> end(CloseCause.INTERNAL_ERROR));
    }

    /** The tunnel has proved whose connection it is: any password is right, and only the user is looked at. */
    private void ofTunnel(LoginRequest login, Optional<GrantState> found) {
        grant = found.orElse(null);
        if (found.isEmpty()) {
            refuse(AuthFailure.GRANT_ENDED, Errors.of(Refusal.GRANT_ENDED));
        } else if (!Proven.isUserOf(found.get(), login.user())) {
            refuse(
                    AuthFailure.WRONG_USER,
                    Errors.wrongUser(login.user(), found.get().target().databaseUser()));
        } else {
            proved(login, found.get(), PasswordProof.anyIsRight(login));
        }
    }

    /** Who has no grant, or no secret, is asked the same as anyone. */
    private void prove(LoginRequest login, Optional<GrantState> found) {
        grant = found.orElse(null);
        LoginVerifiers verifiers = found.map(GrantState::verifiers).orElse(null);
        PasswordProof begun = verifiers == null
                ? PasswordProof.ofNobody(nonce, client.encrypted())
                : new PasswordProof(
                        Base64.getDecoder().decode(verifiers.cachingSha2()),
                        Base64.getDecoder().decode(verifiers.nativePassword()),
                        nonce,
                        client.encrypted());
        proof = begun;
        proceed(begun.start(login));
    }

    /** The client has answered what the proof asked for. */
    void answered(ByteBuf payload) {
        PasswordProof running = proof;
        if (running != null) {
            proceed(running.answered(payload));
        }
    }

    private void proceed(PasswordProof.Step step) {
        LoginRequest login = request;
        if (login == null) {
            throw new IllegalStateException("a proof without a login request");
        }
        switch (step) {
            case PasswordProof.Step.Ask ask -> client.ask(ask.payload());
            case PasswordProof.Step.Denied _ -> refuse(denial(), Errors.denied(login.user()));
            case PasswordProof.Step.Proved proved -> {
                GrantState of = grant;
                if (of == null || of.verifiers() == null) {
                    throw new IllegalStateException("a proof of nobody was right");
                }
                proved(login, of, proved.notice());
            }
        }
    }

    private AuthFailure denial() {
        GrantState of = grant;
        if (of == null) {
            return AuthFailure.UNKNOWN_LOGIN;
        }
        return of.verifiers() == null ? AuthFailure.NO_SECRET : AuthFailure.WRONG_SECRET;
    }

    /** It is who it says: may it come in, and to this database? */
    private void proved(LoginRequest login, GrantState of, byte[] notice) {
        if (!engines.contains(of.target().engine())) {
            refuse(AuthFailure.WRONG_ENGINE, Errors.denied(login.user()));
            return;
        }
        if (!login.database().isEmpty() && !login.database().equals(of.target().database())) {
            refuse(AuthFailure.WRONG_DATABASE, Errors.wrongDatabase(login.user(), login.database()));
            return;
        }
        Optional<Refusal> refusal = connection.admit(of);
        if (refusal.isPresent()) {
            finish(CloseCause.REFUSED, Errors.of(refusal.get()));
            return;
        }
        if (notice.length > 0) {
            client.send(notice);
        }
        when(
                connection.password(of.target()),
                password -> {
                    firstPassword = password;
                    connect(login, of.target(), password);
                },
                why -> unreachable(AuthFailure.NO_TARGET_PASSWORD, why));
    }

    private void connect(LoginRequest login, GrantTarget to, Secret password) {
        TargetLogin targetLogin = new TargetLogin(
                to.databaseUser(),
                password.reveal().getBytes(StandardCharsets.UTF_8),
                to.database(),
                login,
                connection.plainTargetAllowed());
        TargetEnd end = new TargetEnd(this, targetLogin, () -> connection.targetTls(to));
        target = end;
        when(connection.connect(to, end), _ -> {}, why -> unreachable(AuthFailure.TARGET_UNREACHABLE, why));
    }

    private void unreachable(AuthFailure failure, Throwable why) {
        connection.refused(failure);
        finish(CloseCause.TARGET_UNREACHABLE, Errors.target(String.valueOf(why.getMessage())));
    }

    @Override
    public void loginFailed(boolean refused, String why) {
        remember();
        if (!over && !(refused && triesAgain(why))) {
            connection.refused(refused ? AuthFailure.TARGET_REFUSED : AuthFailure.TARGET_UNREACHABLE);
            finish(CloseCause.TARGET_UNREACHABLE, Errors.target(why));
        }
    }

    /** The target does not take our login: once, the password is read anew, for it may have been changed. */
    private boolean triesAgain(String why) {
        LoginRequest login = request;
        GrantState of = grant;
        Secret first = firstPassword;
        TargetEnd closed = target;
        if (login == null || of == null || first == null || closed == null) {
            return false;
        }
        firstPassword = null;
        closed.at().close();
        when(
                connection.passwordAfter(of.target(), first),
                changed ->
                        changed.ifPresentOrElse(now -> connect(login, of.target(), now), () -> loginFailed(true, why)),
                failure -> unreachable(AuthFailure.NO_TARGET_PASSWORD, failure));
        return true;
    }

    /** The next client is greeted as this target greets. */
    private void remember() {
        GrantState of = grant;
        TargetEnd end = target;
        if (of != null && end != null) {
            end.greeting().ifPresent(greeting -> dialects.met(TargetAddress.of(of.target()), greeting));
        }
    }

    /** The target has let us in: the session begins, and then the client is told. */
    @Override
    public void loggedIn(byte[] ok) {
        LoginRequest login = request;
        GrantState of = grant;
        TargetEnd end = target;
        if (over || login == null || of == null || end == null) {
            return;
        }
        remember();
        firstPassword = null;
        guarded(() -> {
            AuditedSession session = connection.open(applicationName(login));
            Charset charset = CharacterSets.ofCollation(login.collation());
            session.charset(charset);
            AuditTrail auditing = new AuditTrail(session);
            trail = auditing;
            conversation = new Conversation(
                    Capabilities.agreed(login.capabilities()),
                    charset,
                    of.target().database(),
                    auditing,
                    this,
                    id -> ids.thread(of, id),
                    connection.channel().alloc());
            ids.opened(connectionId, of, end.connectionId());
            RelayHandler.join(client, end);
            client.converse();
            client.send(ok);
        });
    }

    private static String applicationName(LoginRequest login) {
        try {
            return login.attribute("program_name")
                    .or(() -> login.attribute("_client_name"))
                    .orElse("");
        } catch (MalformedPacketException garbled) {
            return "";
        }
    }

    void fromClient(ByteBuf bytes) {
        Conversation talk = conversation;
        AuditTrail auditing = trail;
        if (over || talk == null || auditing == null) {
            bytes.release();
            return;
        }
        guarded(() -> {
            auditing.countFromClient(bytes.readableBytes());
            talk.fromClient(bytes);
            gate(talk);
        });
    }

    @Override
    public void fromTarget(ByteBuf bytes) {
        Conversation talk = conversation;
        AuditTrail auditing = trail;
        if (over || talk == null || auditing == null) {
            bytes.release();
            return;
        }
        readingTarget = true;
        guarded(() -> {
            auditing.countToClient(bytes.readableBytes());
            talk.fromTarget(bytes);
            gate(talk);
        });
        readingTarget = false;
    }

    private void gate(Conversation talk) {
        ReadGate gate = ReadGate.of(connection.channel());
        if (talk.backlogged()) {
            gate.stop(ReadGate.Reason.HANDLER);
        } else {
            gate.resume(ReadGate.Reason.HANDLER);
        }
    }

    @Override
    public void toTarget(ByteBuf bytes) {
        TargetEnd end = target;
        if (readingTarget && end != null) {
            end.back(bytes);
        } else {
            client.across(bytes);
        }
    }

    @Override
    public void toClient(ByteBuf bytes) {
        TargetEnd end = target;
        if (readingTarget && end != null) {
            end.across(bytes);
        } else {
            client.back(bytes);
        }
    }

    void malformed(String expected) {
        LOG.debugf("a client was cut off: %s", expected);
        end(CloseCause.PROTOCOL_ERROR);
    }

    @Override
    public void clientClosed() {
        leave(
                conversation == null || conversation.idle() || conversation.quitting()
                        ? CloseCause.CLIENT_CLOSED
                        : CloseCause.CLIENT_LOST);
    }

    void clientFailed(Throwable cause) {
        if (cause instanceof IOException && !over) {
            leave(CloseCause.CLIENT_LOST);
        } else {
            broken(cause);
        }
    }

    @Override
    public void targetClosed() {
        leave(conversation != null && conversation.quitting() ? CloseCause.CLIENT_CLOSED : CloseCause.TARGET_CLOSED);
    }

    @Override
    public void targetFailed(Throwable cause) {
        if (cause instanceof IOException) {
            end(CloseCause.TARGET_LOST);
        } else {
            broken(cause);
        }
    }

    private void leave(CloseCause cause) {
        if (!over) {
            over = true;
            close(cause);
        }
    }

    private void refuse(AuthFailure why, ErrPacket error) {
        connection.refused(why);
        finish(CloseCause.REFUSED, error);
    }

    private void finish(CloseCause cause, ErrPacket error) {
        if (over) {
            return;
        }
        over = true;
        Conversation talk = conversation;
        if (talk == null) {
            client.error(error);
        } else if (talk.sequenceForError() >= 0) {
            client.error(talk.sequenceForError(), error);
        }
        close(cause);
    }

    private void close(CloseCause cause) {
        ids.closed(connectionId);
        Conversation talk = conversation;
        if (talk != null) {
            if (talk.awaitsTarget()) {
                stopTarget();
            }
            talk.release();
        }
        connection.close(cause);
    }

    /** What runs at the target would go on without us: MySQL looks at its connection only when it has something to send. */
    private void stopTarget() {
        LoginRequest login = request;
        GrantState of = grant;
        TargetEnd running = target;
        if (login != null && of != null && running != null) {
            Kill.send(connection, of.target(), login, running);
        }
    }

    @Override
    public void end(CloseCause cause) {
        finish(cause, Errors.of(cause));
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            broken(e);
        }
    }

    private void broken(Throwable cause) {
        switch (cause) {
            case JournalException e -> {
                LOG.errorf("a statement was not forwarded: %s", e.getMessage());
                end(CloseCause.JOURNAL_UNAVAILABLE);
            }
            case MalformedPacketException e -> malformed(String.valueOf(e.getMessage()));
            case DecoderException e -> {
                LOG.debugf("TLS failed: %s", e.getMessage());
                leave(CloseCause.PROTOCOL_ERROR);
            }
            default -> {
                if (!over) {
                    LOG.error("a connection failed", cause);
                }
                end(CloseCause.INTERNAL_ERROR);
            }
        }
    }

    /** Goes on with what the future gives, unless all is over by then. */
    private <T> void when(Future<T> future, Consumer<T> then, Consumer<Throwable> otherwise) {
        future.addListener((FutureListener<T>) done -> {
            if (over) {
                return;
            }
            if (done.isSuccess()) {
                guarded(() -> then.accept(done.getNow()));
            } else {
                otherwise.accept(done.cause());
            }
        });
    }
}
