package dev.sallyport.proxy.postgres;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.auth.MockVerifiers;
import dev.sallyport.pgwire.conversation.Conversation;
import dev.sallyport.pgwire.conversation.Limits;
import dev.sallyport.pgwire.startup.Opening.Startup;
import dev.sallyport.pgwire.startup.ProtocolVersion;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Refusal;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One client, from its first byte to its last; see the package's picture. Confined to one event loop. */
final class PostgresConnection implements ConnectionHandler, CancelKeys.Cancellable {

    private static final Logger LOG = Logger.getLogger(PostgresConnection.class);
    private static final long WAIT_FOR_OUTCOME_MILLIS = 3_000;

    private final ClientConnection connection;
    private final CancelKeys cancelKeys;
    private final MockVerifiers mockVerifiers;
    private final SaltedPasswords saltedPasswords;
    private final boolean replicationAllowed;
    private final ClientDoor door;

    private @Nullable TargetDoor targetDoor;
    /** Until the target has answered our login. */
    private @Nullable Try firstTry;

    private CancelKeys.@Nullable Key key;
    private @Nullable Relay relay;
    /** Set when the client is no longer served: what the target still says is for the record only. */
    private @Nullable CloseCause leaving;

    private boolean over;

    PostgresConnection(
            ClientConnection connection,
            CancelKeys cancelKeys,
            MockVerifiers mockVerifiers,
            SaltedPasswords saltedPasswords,
            boolean replicationAllowed) {
        this.connection = connection;
        this.cancelKeys = cancelKeys;
        this.mockVerifiers = mockVerifiers;
        this.saltedPasswords = saltedPasswords;
        this.replicationAllowed = replicationAllowed;
        this.door = new ClientDoor(this, connection);
    }

    void start() {
        connection.channel().pipeline().addLast("postgres", door.end());
    }

    /** The client asks for a session. */
    void asked(Startup startup) {
        ClientLogin login = new ClientLogin(startup, mockVerifiers);
        Optional<String> proven = connection.provenLogin();
        if (proven.isEmpty() && !door.encrypted() && !connection.plainClientAllowed()) {
            throw LoginRefused.of(
                    "28000",
                    "this proxy takes encrypted connections only",
                    "Set sslmode=require or better.",
                    AuthFailure.NO_TLS);
        }
        ByteBuf answer = Unpooled.buffer();
        negotiate(startup, answer);
        login.check(replicationAllowed);
        door.send(answer);
        if (proven.isPresent()) {
            then(connection.grant(proven.get()), found -> proved(login, login.ofTunnel(found), Unpooled.buffer()));
        } else {
            then(connection.grant(login.user()), found -> door.prove(login, found));
        }
    }

    /** The client has proved that {@code grant} is its own; {@code proof} is our last word in that. */
    void proved(ClientLogin login, GrantState grant, ByteBuf proof) {
        login.checkDatabase(grant);
        Optional<Refusal> refusal = connection.admit(grant);
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        Messages.authenticationOk(proof);
        door.send(proof);
        then(connection.password(grant.target()), password -> {
            firstTry = new Try(login, grant, password);
            connect(login, grant, password);
        });
    }

    /** With a password that may have been kept for a while. */
    private record Try(ClientLogin login, GrantState grant, Secret password) {}

    /** The target does not take our login: once, the password is read anew. */
    private boolean triesAgain(LoginRefused refused) {
        Try first = firstTry;
        TargetDoor closed = targetDoor;
        if (first == null || closed == null || !refused.isOfOurLogin()) {
            return false;
        }
        firstTry = null;
        closed.abandon();
        then(
                connection.passwordAfter(first.grant().target(), first.password()),
                changed -> changed.ifPresentOrElse(
                        now -> connect(first.login(), first.grant(), now), () -> refuse(refused)));
        return true;
    }

    private void connect(ClientLogin login, GrantState grant, Secret password) {
        GrantTarget target = grant.target();
        TargetDoor opened =
                new TargetDoor(this, connection, target, login.startup(), password, saltedPasswords.of(password));
        targetDoor = opened;
        then(connection.connect(target, opened.end()), channel -> opened.begin());
    }

    /** The target has let us in: now the client is in as well. */
    void ready(TargetDoor opened, TargetLogin targetLogin) {
        firstTry = null;
        Startup startup = opened.startup();
        AuditedSession session = connection.open(startup.parameter("application_name"));
        SessionTrail trail = new SessionTrail(session);
        Conversation conversation = new Conversation(trail, Limits.DEFAULT, ClientLogin.forReplication(startup));
        conversation.parameterStatus("client_encoding", targetLogin.clientEncoding());
        CancelKeys.Key minted = cancelKeys.mint(
                targetLogin.backendKey().processId(), startup.version().spoken(), this);
        key = minted;
        Relay begun = new Relay(conversation, session, door.end(), opened.end());
        relay = begun;
        RelayHandler.join(door.end(), opened.end());
        ByteBuf welcome = targetLogin.greeting();
        Messages.backendKeyData(welcome, minted.processId(), minted.secret());
        Messages.readyForQuery(welcome, (byte) 'I');
        door.send(welcome);
        opened.leftover().ifPresent(begun::fromTarget);
        door.leftover().ifPresent(begun::fromClient);
        door.end().flushNow();
    }

    /** The relay, once there is one. */
    Optional<Relay> relay() {
        return Optional.ofNullable(relay);
    }

    boolean over() {
        return over;
    }

    /** Why the client is no longer served; empty while it is. */
    Optional<CloseCause> leaving() {
        return Optional.ofNullable(leaving);
    }

    /** A key was sent to us over another connection. */
    void cancelAsked(int processId, byte[] secret) {
        Runnable answered = () -> connection.channel().eventLoop().execute(() -> finish(CloseCause.CLIENT_CLOSED));
        String digest = CancelKeys.digest(processId, secret);
        cancelKeys.find(digest).ifPresentOrElse(session -> session.cancel(answered), () -> {
            connection.cancelElsewhere(digest);
            answered.run();
        });
    }

    @Override
    public void cancel(Runnable done) {
        connection.channel().eventLoop().execute(() -> cancelRunning(done));
    }

    /** A request that comes when what it was about is through must not hit what follows: it is dropped. */
    private void cancelRunning(Runnable done) {
        Relay running = relay;
        TargetDoor opened = targetDoor;
        if (over || running == null || opened == null || running.conversation().idle()) {
            done.run();
            return;
        }
        long timesReady = running.conversation().timesReady();
        opened.cancel(() -> running.conversation().timesReady() == timesReady, done);
    }

    /** Whether the client has said Terminate. It may still wait for what it asked for before. */
    boolean terminated() {
        Relay running = relay;
        return running != null && running.conversation().terminated();
    }

    /** Ends the session of a client that has said Terminate, once it has all that it asked for before. */
    void endIfTerminated() {
        Relay running = relay;
        if (running != null && terminated() && running.conversation().idle()) {
            finish(CloseCause.CLIENT_CLOSED);
        }
    }

    /**
     * Nothing more comes from the client. What it left running is cancelled, unless it had said Terminate behind it: then the
     * target does it all the same. What came of it is recorded, if it comes soon.
     */
    void clientGone() {
        Relay running = relay;
        if (over || leaving != null) {
            return;
        }
        if (running == null || running.conversation().idle()) {
            finish(CloseCause.CLIENT_CLOSED);
            return;
        }
        CloseCause cause = terminated() ? CloseCause.CLIENT_CLOSED : CloseCause.CLIENT_LOST;
        leaving = cause;
        if (cause == CloseCause.CLIENT_LOST) {
            cancelRunning(() -> {});
        }
        connection.channel().eventLoop().schedule(() -> finish(cause), WAIT_FOR_OUTCOME_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Nothing more comes from the target. */
    void targetGone() {
        Relay running = relay;
        if (over) {
            return;
        }
        if (running == null) {
            refuse(LoginRefused.byTarget(
                    "08006", "the database closed the connection during the login", AuthFailure.TARGET_REFUSED));
        } else if (leaving != null) {
            finish(leaving);
        } else if (running.conversation().terminated()) {
            finish(CloseCause.CLIENT_CLOSED);
        } else if (running.conversation().targetSaidGoodbye()) {
            finish(CloseCause.TARGET_CLOSED);
        } else {
            say("08006", CloseCause.TARGET_LOST.message(), "");
            finish(CloseCause.TARGET_LOST);
        }
    }

    @Override
    public void end(CloseCause cause) {
        if (over) {
            return;
        }
        String hint = switch (cause) {
            case GRANT_CLOSED, GRANT_EXPIRED -> "Ask for access again, then connect with the new credentials.";
            default -> "";
        };
        say("57P01", cause.message(), hint);
        leaving = cause;
        cancelRunning(() -> finish(cause));
    }

    @Override
    public boolean warn(String message) {
        Relay running = relay;
        if (over || leaving != null || running == null) {
            return true;
        }
        if (!running.conversation().targetBetweenMessages()) {
            return false;
        }
        ByteBuf notice = Unpooled.buffer();
        Messages.warning(notice, "01000", message);
        door.send(notice);
        return true;
    }

    /** Runs {@code step}; what it throws ends the connection in the protocol's own words. */
    void guarded(Runnable step) {
        if (over) {
            return;
        }
        try {
            step.run();
        } catch (LoginRefused refused) {
            if (!triesAgain(refused)) {
                refuse(refused);
            }
        } catch (PgWireException violation) {
            if (relay == null) {
                connection.refused(AuthFailure.PROTOCOL);
            } else {
                LOG.warnf("a session ends by a breach of the protocol: %s", violation.getMessage());
            }
            say(violation.sqlState(), String.valueOf(violation.getMessage()), "");
            finish(CloseCause.PROTOCOL_ERROR);
        } catch (JournalException unrecorded) {
            LOG.warnf("a statement cannot be recorded: %s", unrecorded.getMessage());
            say("58030", CloseCause.JOURNAL_UNAVAILABLE.message(), "");
            finish(CloseCause.JOURNAL_UNAVAILABLE);
        } catch (RuntimeException bug) {
            LOG.error("a connection ends by a bug", bug);
            say("XX000", CloseCause.INTERNAL_ERROR.message(), "");
            finish(CloseCause.INTERNAL_ERROR);
        }
    }

    void finish(CloseCause cause) {
        if (over) {
            return;
        }
        over = true;
        CancelKeys.Key minted = key;
        if (minted != null) {
            cancelKeys.forget(minted);
        }
        Relay running = relay;
        try {
            if (running != null) {
                running.close();
            }
        } catch (JournalException unrecorded) {
            LOG.warnf("the end of a session cannot be recorded: %s", unrecorded.getMessage());
        } finally {
            door.close();
            TargetDoor opened = targetDoor;
            if (opened != null) {
                opened.close();
            }
            connection.close(cause);
        }
    }

    void refuse(LoginRefused refused) {
        connection.refused(refused.failure);
        say(refused.sqlState, String.valueOf(refused.getMessage()), refused.hint);
        finish(refused.cause);
    }

    private void refuse(Refusal refusal) {
        String sqlState = switch (refusal) {
            case GRANT_ENDED -> "28000";
            case TOO_MANY_SESSIONS, TOO_MANY_SESSIONS_OF_PERSON -> "53300";
            case DRAINING -> "57P03";
        };
        say(sqlState, refusal.message(), "");
        finish(CloseCause.REFUSED);
    }

    /** A last word, unless it would break into a message of the target's. */
    private void say(String sqlState, String message, String hint) {
        Relay running = relay;
        Channel channel = connection.channel();
        if (channel.isActive()
                && leaving == null
                && (running == null || running.conversation().targetBetweenMessages())) {
            ByteBuf error = Unpooled.buffer();
            Messages.fatal(error, sqlState, message, hint);
            door.send(error);
        }
    }

    /** Tells a client that asks for more than we speak what we do speak. */
    private static void negotiate(Startup startup, ByteBuf answer) {
        List<String> unknownOptions = startup.parameters().keySet().stream()
                .filter(name -> name.startsWith("_pq_."))
                .toList();
        ProtocolVersion spoken = startup.version().spoken();
        if (!spoken.equals(startup.version()) || !unknownOptions.isEmpty()) {
            Messages.negotiateProtocolVersion(answer, spoken.code(), unknownOptions);
        }
    }

    private <T> void then(Future<T> future, Consumer<T> next) {
        future.addListener((FutureListener<T>) completed -> guarded(() -> {
            if (completed.isSuccess()) {
                next.accept(completed.getNow());
            } else if (completed.cause() instanceof TargetException out) {
                boolean secret = targetDoor == null;
                throw LoginRefused.byTarget(
                        "08001",
                        String.valueOf(out.getMessage()),
                        secret ? AuthFailure.NO_TARGET_PASSWORD : AuthFailure.TARGET_UNREACHABLE);
            } else {
                throw new IllegalStateException(completed.cause());
            }
        }));
    }
}
