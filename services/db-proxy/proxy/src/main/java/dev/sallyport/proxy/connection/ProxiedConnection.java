package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.EventId;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.feed.ProxyEvents;
import dev.sallyport.proxy.grants.TargetAddress;
import dev.sallyport.proxy.relay.ReadGate;
import dev.sallyport.proxy.tracing.ConnectionTrace;
import dev.sallyport.proxy.tracing.LoginStep;
import dev.sallyport.proxy.tracing.Tracing;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/** One client's connection. All but {@link #onLoop} runs on the event loop of its channel. */
final class ProxiedConnection extends ChannelInboundHandlerAdapter implements ClientConnection {

    private static final Logger LOG = Logger.getLogger(ProxiedConnection.class);
    private static final long BACKLOG_CHECK_MILLIS = 20;

    private final Node node;
    private final Node.Parts parts;
    private final Protocol protocol;
    private final Channel channel;
    private final InetSocketAddress address;
    private final @Nullable Proven proven;
    private final @Nullable ConnectionTrace trace;
    private @Nullable ConnectionHandler handler;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable ScheduledFuture<?> idleWatch;
    private @Nullable ExpiryWatch expiryWatch;
    private @Nullable GrantState grant;
    private @Nullable Channel target;
    private @Nullable JournaledSession session;
    private long lastReadNanos = System.nanoTime();
    private boolean waitsForShipping;
    private boolean refusalLogged;
    private boolean ended;
    private boolean closed;

    /** @param proven what the tunnel that it came through has proved; null for who stands at the door */
    ProxiedConnection(
            Node node, Protocol protocol, Channel channel, InetSocketAddress address, @Nullable Proven proven) {
        this.node = node;
        this.parts = node.parts();
        this.protocol = protocol;
        this.channel = channel;
        this.address = address;
        this.proven = proven;
        Tracing tracing = parts.tracing();
        this.trace = tracing == null ? null : tracing.accepted(protocol.name(), clientAddress());
    }

    /** For who stands at the door, after {@link Admission#comeToDoor} said yes. */
    void begin() {
        node.add(this);
        parts.meter().accepted(protocol.name());
        channel.pipeline().addFirst("connection", this);
        // Later than the handler, which knows better how it ended.
        channel.closeFuture().addListener(_ -> onLoop(() -> onLoop(() -> onLoop(() -> close(CloseCause.CLIENT_LOST)))));
        deadline = channel.eventLoop()
                .schedule(
                        () -> end(CloseCause.HANDSHAKE_TIMEOUT),
                        parts.limits().handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
        handler = protocol.accept(this);
        if (node.draining()) {
            end(CloseCause.DRAINING);
        }
    }

    void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // The loops are shut down: nothing is left to be done.
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        lastReadNanos = System.nanoTime();
        super.channelRead(context, message);
    }

    /** Between two batches of reads is the time to stop reading, when too much waits to be shipped. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        super.channelReadComplete(context);
        if (waitsForShipping
                && parts.backlogged().getAsBoolean()
                && ReadGate.of(channel).stop(ReadGate.Reason.JOURNAL_FULL)) {
            channel.eventLoop().schedule(this::resumeWhenShipped, BACKLOG_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void resumeWhenShipped() {
        if (closed) {
            return;
        }
        if (parts.backlogged().getAsBoolean()) {
            channel.eventLoop().schedule(this::resumeWhenShipped, BACKLOG_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        } else {
            ReadGate.of(channel).resume(ReadGate.Reason.JOURNAL_FULL);
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public String clientAddress() {
        return host(address.getAddress()) + ":" + address.getPort();
    }

    private static String host(InetAddress address) {
        String text = address.getHostAddress();
        return text.indexOf(':') < 0 ? text : "[" + text + "]";
    }

    @Override
    public Set<TargetAddress> targets() {
        return proven == null
                ? parts.grants().targets()
                : parts.grants().live(proven.login()).stream()
                        .map(of -> TargetAddress.of(of.target()))
                        .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<String> provenLogin() {
        return Optional.ofNullable(proven).map(Proven::login);
    }

    @Override
    public SslHandler clientTls() {
        return parts.clientTls().newHandler(channel.alloc());
    }

    @Override
    public boolean plainClientAllowed() {
        return parts.plainClients();
    }

    @Override
    public Future<Optional<GrantState>> grant(String login) {
        if (trace != null) {
            trace.asked();
        }
        return traced(LoginStep.GRANT_LOOKED_UP, parts.grants().find(login, channel.eventLoop()));
    }

    private <T> Future<T> traced(LoginStep step, Future<T> future) {
        return trace == null
                ? future
                : future.addListener(done -> {
                    if (done.isSuccess()) {
                        trace.reached(step);
                    }
                });
    }

    @Override
    public Optional<Refusal> admit(GrantState proved) {
        if (trace != null) {
            trace.proved(proved);
        }
        Optional<Refusal> refusal = refusal(proved);
        if (refusal.isPresent()) {
            refused(refusal.get().failure());
            return refusal;
        }
        leaveDoor();
        grant = proved;
        // It may have ended between the look and the note of whose connection this is.
        if (!parts.grants().isLive(proved.grantId())) {
            refused(AuthFailure.GRANT_ENDED);
            return Optional.of(Refusal.GRANT_ENDED);
        }
        return Optional.empty();
    }

    private Optional<Refusal> refusal(GrantState proved) {
        if (grant != null) {
            throw new IllegalStateException("this connection was admitted already");
        }
        if (node.draining() || closed) {
            return Optional.of(Refusal.DRAINING);
        }
        if (!parts.grants().isLive(proved.grantId())) {
            return Optional.of(Refusal.GRANT_ENDED);
        }
        return node.admission().enter(proved.grantee().subject());
    }

    @Override
    public void refused(AuthFailure why) {
        parts.meter().refused(protocol.name(), why);
        if (trace != null) {
            trace.refused(why);
        }
        refusalLogged = true;
        logAtTheDoor("was not let in: " + why.label());
    }

    private void logAtTheDoor(String what) {
        long heldBack = node.doorLines().next();
        if (heldBack != LineLimit.HELD_BACK) {
            String more = heldBack == 0 ? "" : " (and " + heldBack + " lines like this before it)";
            LOG.infof("%s client at %s %s%s", protocol.name(), clientAddress(), what, more);
        }
    }

    @Override
    public Future<Secret> password(GrantTarget of) {
        return traced(LoginStep.PASSWORD_READ, parts.passwords().of(of, channel.eventLoop()));
    }

    @Override
    public Future<Optional<Secret>> passwordAfter(GrantTarget of, Secret refused) {
        return traced(LoginStep.PASSWORD_READ, parts.passwords().after(of, refused, channel.eventLoop()));
    }

    @Override
    public Future<Channel> connect(GrantTarget to, ChannelHandler first) {
        Future<Channel> connecting = parts.connector().connect(to, channel.eventLoop(), first);
        // First in line: the handler finds the channel bound to this connection.
        connecting.addListener((FutureListener<Channel>) connected -> {
            if (connected.isSuccess()) {
                target = connected.getNow();
                if (mode(to) == AuditMode.STRICT) {
                    connected.getNow().pipeline().addLast("strict", strictGate());
                }
                if (closed) {
                    connected.getNow().close();
                }
            }
        });
        return traced(LoginStep.TARGET_CONNECTED, connecting);
    }

    private AuditMode mode(GrantTarget of) {
        AuditMode own = of.auditMode();
        return own == null ? parts.auditMode() : own;
    }

    private StrictGate strictGate() {
        return new StrictGate(parts.journal(), channel, () -> session == null ? 0 : session.lastIntent(), failure -> {
            LOG.errorf("a statement was not forwarded: %s", failure.getMessage());
            end(CloseCause.JOURNAL_UNAVAILABLE);
        });
    }

    @Override
    public SslHandler targetTls(GrantTarget to) {
        return parts.targetTls().handler(to, channel.alloc());
    }

    @Override
    public boolean plainTargetAllowed() {
        return parts.plainTargets();
    }

    @Override
    public AuditedSession open(String applicationName) {
        GrantState of = grant;
        if (of == null || session != null || closed) {
            throw new IllegalStateException("a session opens once, behind the admission and before the close");
        }
        Instant now = parts.clock().instant().truncatedTo(ChronoUnit.MICROS);
        SessionOpened opened = opened(of, applicationName, now);
        Event<SessionOpened> event = new Event<>(
                "1.0",
                EventId.derived(now, opened.sessionId() + "/opened"),
                ProxyEvents.SOURCE,
                EventType.SESSION_OPENED.name(),
                opened.sessionId().value(),
                now,
                "application/json",
                EventType.SESSION_OPENED.schema(),
                opened);
        AuditMode mode = mode(of.target());
        JournaledSession begun = new JournaledSession(
                parts.journal(), parts.clock(), parts.auditMeter(), mode, node.nextSessionNumber(), event);
        waitsForShipping = mode != AuditMode.BEST_EFFORT;
        session = begun;
        if (trace != null) {
            begun.follow(trace.opened(opened.sessionId(), of.target()));
        }
        stopDeadline();
        watchIdle();
        watchExpiry(of);
        parts.meter().opened(protocol.name());
        logged(() -> LOG.infof("session of %s on %s as %s", of.grantee().name(), opened.target(), opened.role()));
        return begun;
    }

    @Override
    public void cancelElsewhere(String digest) {
        parts.otherNodes().cancel(address.getAddress(), protocol.name(), digest);
    }

    private SessionOpened opened(GrantState of, String applicationName, Instant now) {
        return new SessionOpened(
                SessionId.next(parts.clock()),
                of.grantId(),
                of.grantee(),
                of.target().databaseId(),
                of.target().engine(),
                of.target().role(),
                of.target().databaseUser(),
                parts.id(),
                clientAddress(),
                applicationName,
                now,
                proven == null ? null : proven.tunnelId());
    }

    private void watchExpiry(GrantState of) {
        ConnectionHandler told = handler;
        if (told != null) {
            expiryWatch = new ExpiryWatch(parts, channel.eventLoop(), of, told::warn);
            // Behind the handler's welcome.
            onLoop(expiryWatch::start);
        }
    }

    private void watchIdle() {
        long limit = parts.limits().idle().toNanos();
        if (limit > 0 && !closed) {
            long left = limit - (System.nanoTime() - lastReadNanos);
            boolean busy = session != null && session.busy();
            if (left <= 0 && !busy) {
                end(CloseCause.IDLE_TIMEOUT);
            } else {
                long wait = Math.max(left, TimeUnit.MILLISECONDS.toNanos(100));
                idleWatch = channel.eventLoop().schedule(this::watchIdle, wait, TimeUnit.NANOSECONDS);
            }
        }
    }

    void endIfOf(GrantId of, CloseCause cause) {
        if (grant != null && grant.grantId().equals(of)) {
            end(cause);
        }
    }

    /** Nothing is going on: nobody is in, or no statement runs and no transaction is open. */
    void endIfIdle() {
        if (session == null || session.idle()) {
            end(CloseCause.DRAINING);
        }
    }

    void end(CloseCause cause) {
        if (ended || closed) {
            return;
        }
        ended = true;
        channel.eventLoop().schedule(() -> close(cause), Node.END_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        ConnectionHandler told = handler;
        if (told == null) {
            close(cause);
            return;
        }
        try {
            told.end(cause);
        } catch (RuntimeException e) {
            LOG.errorf(e, "the %s handler failed to end a connection", protocol.name());
            close(cause);
        }
    }

    @Override
    public void close(CloseCause cause) {
        if (!channel.eventLoop().inEventLoop()) {
            onLoop(() -> close(cause));
            return;
        }
        if (closed) {
            return;
        }
        closed = true;
        stopDeadline();
        if (idleWatch != null) {
            idleWatch.cancel(false);
        }
        if (expiryWatch != null) {
            expiryWatch.stop();
        }
        record(cause);
        leave();
        parts.meter().closed(protocol.name(), cause);
        if (trace != null) {
            trace.closed(cause);
        }
        if (grant != null) {
            logged(() -> LOG.infof("%s connection of %s closed: %s", protocol.name(), clientAddress(), cause.label()));
        } else if (!refusalLogged) {
            logAtTheDoor("went before it was let in: " + cause.label());
        }
        // Behind what was written.
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        channel.eventLoop().schedule(() -> channel.close(), Node.END_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        Channel other = target;
        if (other != null) {
            other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            other.eventLoop().schedule(() -> other.close(), Node.END_GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void record(CloseCause cause) {
        try {
            if (session != null) {
                session.close(cause);
            }
        } catch (JournalException e) {
            LOG.errorf(
                    "the end of session %s cannot be recorded: %s",
                    session == null ? "" : session.id(), e.getMessage());
        }
    }

    private void leave() {
        if (grant == null) {
            leaveDoor();
        } else {
            node.admission().leave(grant.grantee().subject());
        }
        node.remove(this);
    }

    private void leaveDoor() {
        if (proven == null) {
            node.admission().leaveDoor(address.getAddress());
        }
    }

    private void stopDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void logged(Runnable line) {
        MDC.put("session", session == null ? "" : session.id().value());
        MDC.put("grant", grant == null ? "" : grant.grantId().value());
        try {
            line.run();
        } finally {
            MDC.remove("session");
            MDC.remove("grant");
        }
    }
}
