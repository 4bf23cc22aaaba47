package dev.sallyport.proxy.postgres;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.RecordedSession;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Refusal;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.proxy.connection.Transport;
import dev.sallyport.proxy.grants.TargetAddress;
import dev.sallyport.proxy.targets.TargetConnector;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The protocol behind a real listener, with grants from memory and sessions recorded in memory. */
final class ProxyRig implements AutoCloseable {

    final Map<String, GrantState> grants = new ConcurrentHashMap<>();
    final Map<String, Secret> targetPasswords = new ConcurrentHashMap<>();
    /** What the store says to who was refused. */
    final Map<String, Secret> changedPasswords = new ConcurrentHashMap<>();

    final List<RigConnection> connections = new CopyOnWriteArrayList<>();
    volatile boolean plainClients;

    private final Transport transport = new Transport(2);
    private final TargetConnector connector = new TargetConnector(transport, Duration.ofSeconds(2));
    private final TargetTls targetTls;
    private final SslContext clientTls;
    private final PostgresProtocol protocol;
    private final Channel listener;

    ProxyRig(Path folder) throws IOException {
        this(folder, false);
    }

    /** @param replication whether clients may ask for it */
    ProxyRig(Path folder, boolean replication) throws IOException {
        protocol = new PostgresProtocol(replication);
        LocalAuthority authority = LocalAuthority.in(folder);
        ServerCertificate ours = authority.issue("proxy");
        targetTls = TargetTls.trusting(authority.certificateFile());
        clientTls = SslContextBuilder.forServer(
                        ours.certificate().toFile(), ours.key().toFile())
                .build();
        listener = new ServerBootstrap()
                .group(transport.loops())
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel client) {
                        RigConnection connection = new RigConnection(client);
                        connections.add(connection);
                        connection.handler = protocol.accept(connection);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** A grant of one hour; logs in with its id and {@code secret}. */
    GrantState grant(
            String host, int port, String database, String databaseUser, Secret databasePassword, Secret secret) {
        GrantId id = GrantId.next(InstantSource.system());
        GrantTarget target = new GrantTarget(
                RdsDatabaseId.parse("arn:aws:rds:eu-west-1:111122223333:db:orders/" + database),
                Engine.POSTGRES,
                host,
                port,
                "hoop_ro",
                databaseUser,
                new GrantTarget.SecretRef("database", "s/" + id, "PASSWORD"));
        GrantState grant = new GrantState(
                id,
                RequestId.next(InstantSource.system()),
                new Grantee("sub-1", "engineer", "engineer@example.com"),
                target,
                id.value(),
                LoginVerifiers.of(secret),
                Instant.now(),
                Instant.now().plus(Duration.ofHours(1)));
        grants.put(id.value(), grant);
        targetPasswords.put(target.secret().secretId(), databasePassword);
        return grant;
    }

    /** The newest connection that has a session. */
    RigConnection lastSession() {
        return connections.stream().filter(one -> one.opened).toList().getLast();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        transport.close();
    }

    /** One client. */
    final class RigConnection implements ClientConnection {

        final RecordedSession session = new RecordedSession();
        final Channel client;
        volatile boolean opened;
        volatile String applicationName = "";
        volatile @Nullable CloseCause closed;
        volatile @Nullable AuthFailure failure;
        volatile @Nullable Refusal refusal;
        volatile @Nullable Channel target;

        @Nullable ConnectionHandler handler;

        RigConnection(Channel client) {
            this.client = client;
            client.closeFuture()
                    .addListener(_ -> client.eventLoop()
                            .execute(() -> client.eventLoop()
                                    .execute(() -> client.eventLoop().execute(() -> close(CloseCause.CLIENT_LOST)))));
        }

        void end(CloseCause cause) {
            client.eventLoop().execute(() -> Objects.requireNonNull(handler).end(cause));
        }

        /** Whether it could be said. */
        boolean warn(String message) {
            return client.eventLoop()
                    .submit(() -> Objects.requireNonNull(handler).warn(message))
                    .syncUninterruptibly()
                    .getNow();
        }

        @Override
        public Channel channel() {
            return client;
        }

        @Override
        public String clientAddress() {
            return client.remoteAddress().toString();
        }

        @Override
        public SslHandler clientTls() {
            return clientTls.newHandler(client.alloc());
        }

        @Override
        public Set<TargetAddress> targets() {
            return Set.of();
        }

        @Override
        public boolean plainClientAllowed() {
            return plainClients;
        }

        @Override
        public Future<Optional<GrantState>> grant(String login) {
            return client.eventLoop().newSucceededFuture(Optional.ofNullable(grants.get(login)));
        }

        @Override
        public Optional<Refusal> admit(GrantState grant) {
            return Optional.ofNullable(refusal);
        }

        @Override
        public void refused(AuthFailure why) {
            failure = why;
        }

        @Override
        public Future<Secret> password(GrantTarget of) {
            Secret password = targetPasswords.get(of.secret().secretId());
            return password == null
                    ? client.eventLoop()
                            .newFailedFuture(new TargetException(
                                    "there is no secret " + of.secret().secretId()))
                    : client.eventLoop().newSucceededFuture(password);
        }

        @Override
        public Future<Optional<Secret>> passwordAfter(GrantTarget of, Secret refused) {
            Secret now = changedPasswords.get(of.secret().secretId());
            return client.eventLoop()
                    .newSucceededFuture(Optional.ofNullable(now).filter(one -> !one.equals(refused)));
        }

        @Override
        public Future<Channel> connect(GrantTarget to, ChannelHandler first) {
            Future<Channel> connecting = connector.connect(to, client.eventLoop(), first);
            connecting.addListener(connected -> target = connected.isSuccess() ? connecting.getNow() : null);
            return connecting;
        }

        @Override
        public SslHandler targetTls(GrantTarget to) {
            return targetTls.handler(to, client.alloc());
        }

        @Override
        public boolean plainTargetAllowed() {
            return false;
        }

        @Override
        public AuditedSession open(String name) {
            applicationName = name;
            opened = true;
            return session;
        }

        @Override
        public void cancelElsewhere(String digest) {
            // There are no other nodes.
        }

        @Override
        public void close(CloseCause cause) {
            if (closed == null) {
                closed = cause;
                client.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                Channel other = target;
                if (other != null) {
                    other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                }
            }
        }
    }
}
