package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.RecordedSession;
import dev.sallyport.proxy.grants.TargetAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a network, for tests of a protocol: the client's channel is embedded, and so is the target's, unless
 * {@link #target} is set to another. Everything is answered at once.
 */
public final class FakeConnection implements ClientConnection {

    public final EmbeddedChannel client = new EmbeddedChannel();
    public final Map<String, GrantState> grants = new HashMap<>();
    public final List<String> cancelledElsewhere = new ArrayList<>();
    public final RecordedSession session = new RecordedSession();
    public boolean plainClientAllowed = true;
    public boolean plainTargetAllowed = true;
    public @Nullable SslContext clientTls;
    public @Nullable SslContext targetTls;
    public @Nullable Secret password = Secret.of("of-the-target");
    public @Nullable Refusal refusal;
    /** Of the grant that its tunnel has proved; null for who stands at the door. */
    public @Nullable String provenLogin;
    /** The channel that {@link #connect} gave, once it did; set it to null before to have connecting fail. */
    public @Nullable EmbeddedChannel target = new EmbeddedChannel();

    public @Nullable GrantState admitted;
    public @Nullable AuthFailure failure;
    public @Nullable CloseCause closed;
    public @Nullable String applicationName;

    @Override
    public Channel channel() {
        return client;
    }

    @Override
    public String clientAddress() {
        return "192.0.2.1:50000";
    }

    @Override
    public SslHandler clientTls() {
        return context(clientTls).newHandler(client.alloc());
    }

    @Override
    public Optional<String> provenLogin() {
        return Optional.ofNullable(provenLogin);
    }

    @Override
    public Set<TargetAddress> targets() {
        return Set.of();
    }

    @Override
    public boolean plainClientAllowed() {
        return plainClientAllowed;
    }

    @Override
    public Future<Optional<GrantState>> grant(String login) {
        return client.eventLoop().newSucceededFuture(Optional.ofNullable(grants.get(login)));
    }

    @Override
    public Optional<Refusal> admit(GrantState grant) {
        if (refusal != null) {
            failure = refusal.failure();
            return Optional.of(refusal);
        }
        admitted = grant;
        return Optional.empty();
    }

    @Override
    public void refused(AuthFailure why) {
        failure = why;
    }

    @Override
    public Future<Optional<Secret>> passwordAfter(GrantTarget of, Secret refused) {
        return client.eventLoop().newSucceededFuture(Optional.empty());
    }

    @Override
    public Future<Secret> password(GrantTarget of) {
        return password == null
                ? client.eventLoop().newFailedFuture(new TargetException("there is no secret " + of.secret()))
                : client.eventLoop().newSucceededFuture(password);
    }

    @Override
    public Future<Channel> connect(GrantTarget to, ChannelHandler handler) {
        if (target == null) {
            return client.eventLoop()
                    .newFailedFuture(new TargetException("cannot reach " + to.host() + ":" + to.port()));
        }
        target.pipeline().addLast(handler);
        return client.eventLoop().newSucceededFuture(target);
    }

    @Override
    public SslHandler targetTls(GrantTarget to) {
        return context(targetTls).newHandler(client.alloc(), to.host(), to.port());
    }

    @Override
    public boolean plainTargetAllowed() {
        return plainTargetAllowed;
    }

    @Override
    public AuditedSession open(String name) {
        applicationName = name;
        return session;
    }

    @Override
    public void cancelElsewhere(String digest) {
        cancelledElsewhere.add(digest);
    }

    @Override
    public void close(CloseCause cause) {
        if (closed == null) {
            closed = cause;
            client.close();
            if (target != null) {
                target.close();
            }
        }
    }

    private static SslContext context(@Nullable SslContext set) {
        if (set == null) {
            throw new IllegalStateException("the test has set no TLS context");
        }
        return set;
    }
}
