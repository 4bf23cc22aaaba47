package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.grants.TargetAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Optional;
import java.util.Set;

/**
 * What the proxy does for the handler of one client. Confined to the event loop of {@link #channel()}: call it there; each
 * future completes there. Nothing here blocks.
 *
 * <p>The order of calls: {@link #grant}, the proof of the secret, {@link #admit}, {@link #password} and {@link #connect}, the
 * login at the target, {@link #open}, and from any point {@link #close}.
 */
public interface ClientConnection {

    /** The client's channel. Auto-read is on; {@link dev.sallyport.proxy.relay.ReadGate} alone turns it off. */
    Channel channel();

    /** The client's address and port, as the audit shows it. */
    String clientAddress();

    /** A TLS handler, server side, with our certificate, for the client's pipeline. One for each call. */
    SslHandler clientTls();

    /** Whether a client may log in without TLS: in local mode only, and only when configured so. */
    boolean plainClientAllowed();

    /**
     * Where the targets of all live grants are, of every protocol: what a client that has not said who it is may be after.
     */
    Set<TargetAddress> targets();

    /**
     * The login of the grant that the client has proved already, by the tunnel that it came through: it needs neither TLS nor a
     * secret any more. What {@link #grant} says of it decides. Empty for who came to a listener of its own.
     */
    default Optional<String> provenLogin() {
        return Optional.empty();
    }

    /**
     * The live grant whose login this is. A login that is not known is waited for, for a bounded time, since a grant may just
     * have been made; then the answer is empty. So an unknown login takes as long as any client can make it take.
     */
    Future<Optional<GrantState>> grant(String login);

    /**
     * The client has proved that it has the secret of {@code grant}. From now on it counts as a session of its person and no
     * longer as a connection that has yet to prove anything, and it ends with the grant.
     *
     * @return why it must go all the same, to be told to the client; empty when it may go on
     */
    Optional<Refusal> admit(GrantState grant);

    /** The client did not get in; counted under {@code why}. Telling it so and {@link #close} are up to the caller. */
    void refused(AuthFailure why);

    /**
     * The password of the target's database user, at most as old as it is kept here. Use it and let it go. Fails with
     * {@link TargetException} when there is none or the store is out of reach.
     */
    Future<Secret> password(GrantTarget target);

    /**
     * What the password is now that the target did not take {@code refused}: it may have been changed since it was read. Empty
     * when that is still the one; fails as {@link #password} does.
     */
    Future<Optional<Secret>> passwordAfter(GrantTarget target, Secret refused);

    /**
     * Connects to the target on this connection's event loop, with {@code handler} in the new channel's pipeline from the
     * start. Its auto-read is on. Fails with {@link TargetException} within the connect timeout. The channel is closed with this
     * connection.
     */
    Future<Channel> connect(GrantTarget target, ChannelHandler handler);

    /** A TLS handler, client side, that trusts {@code sallyport.targets.ca-file} only and checks the target's host name. */
    SslHandler targetTls(GrantTarget target);

    /** Whether a target that offers no TLS may be logged in to all the same: only when configured so. */
    boolean plainTargetAllowed();

    /**
     * The target has accepted the login: the session begins and is recorded as opened. Call once, after {@link #admit}, before
     * the client is told that it is in.
     *
     * @param applicationName as the client says it; may be empty
     * @throws dev.sallyport.proxy.audit.JournalException when that cannot be recorded; the client must then not be let in
     */
    AuditedSession open(String applicationName);

    /**
     * The client asks to cancel what runs in a session that this node does not have: the other nodes are told. What comes of it
     * nobody says.
     *
     * @param digest see {@link dev.sallyport.contracts.sessions.SessionCancel}
     */
    void cancelElsewhere(String digest);

    /**
     * Flushes what was written, closes both channels and records the end under {@code cause}. Only the first call counts.
     */
    void close(CloseCause cause);
}
