package dev.sallyport.proxy.mysql;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.RecordedSession;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Refusal;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.proxy.grants.TargetAddress;
import dev.sallyport.proxy.targets.TargetTls;
import dev.sallyport.sandbox.tls.ServerCertificate;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The MySQL protocol behind a real listener, with grants and sessions kept in memory. */
final class LoopbackProxy implements AutoCloseable {

    final Map<String, GrantState> grants = new ConcurrentHashMap<>();
    final List<Served> served = new CopyOnWriteArrayList<>();
    final int port;
    private final EventLoopGroup loops = new NioEventLoopGroup(2);
    private final MySqlProtocol protocol;
    private final SslContext tls;
    private final TargetTls targetTls;
    private final Secret password;
    /** What is read first, when it is not the password any more. */
    volatile @Nullable Secret oldPassword;
    /** Whether targets without TLS are logged in to. */
    volatile boolean plainTargets;

    /** @param localFiles whether servers may ask clients for files */
    LoopbackProxy(ServerCertificate certificate, Secret password, boolean localFiles) throws SSLException {
        this.protocol = new MySqlProtocol(Optional.empty(), localFiles);
        this.password = password;
        this.targetTls = TargetTls.trusting(certificate.authority());
        this.tls = SslContextBuilder.forServer(
                        certificate.certificate().toFile(), certificate.key().toFile())
                .build();
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Served one = new Served(channel);
                        served.add(one);
                        one.handler = protocol.accept(one);
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    Served last() {
        return served.getLast();
    }

    @Override
    public void close() {
        loops.shutdownGracefully().syncUninterruptibly();
    }

    /** One connection. */
    final class Served implements ClientConnection {

        final RecordedSession session = new RecordedSession();
        final Channel channel;
        volatile @Nullable ConnectionHandler handler;
        volatile @Nullable CloseCause closed;
        volatile @Nullable AuthFailure failure;
        private volatile @Nullable Channel target;

        private Served(Channel channel) {
            this.channel = channel;
        }

        void end(CloseCause cause) {
            channel.eventLoop().execute(() -> {
                ConnectionHandler told = handler;
                if (told != null) {
                    told.end(cause);
                }
            });
        }

        List<String> sql() {
            return channel.eventLoop()
                    .submit(() -> session.executed().stream()
                            .map(one -> one.kind + ": " + one.sql())
                            .toList())
                    .syncUninterruptibly()
                    .getNow();
        }

        @Override
        public Channel channel() {
            return channel;
        }

        @Override
        public String clientAddress() {
            return String.valueOf(channel.remoteAddress());
        }

        @Override
        public SslHandler clientTls() {
            return tls.newHandler(channel.alloc());
        }

        @Override
        public Set<TargetAddress> targets() {
            return grants.values().stream()
                    .map(grant -> TargetAddress.of(grant.target()))
                    .collect(Collectors.toSet());
        }

        @Override
        public boolean plainClientAllowed() {
            return false;
        }

        @Override
        public Future<Optional<GrantState>> grant(String login) {
            return channel.eventLoop().newSucceededFuture(Optional.ofNullable(grants.get(login)));
        }

        @Override
        public Optional<Refusal> admit(GrantState grant) {
            return Optional.empty();
        }

        @Override
        public void refused(AuthFailure why) {
            failure = why;
        }

        @Override
        public Future<Secret> password(GrantTarget of) {
            Secret old = oldPassword;
            return channel.eventLoop().newSucceededFuture(old == null ? password : old);
        }

        @Override
        public Future<Optional<Secret>> passwordAfter(GrantTarget of, Secret refused) {
            return channel.eventLoop().newSucceededFuture(Optional.of(password).filter(now -> !now.equals(refused)));
        }

        @Override
        public Future<Channel> connect(GrantTarget to, ChannelHandler first) {
            Promise<Channel> promise = channel.eventLoop().newPromise();
            new Bootstrap()
                    .group(channel.eventLoop())
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                    .handler(first)
                    .connect(to.host(), to.port())
                    .addListener((ChannelFutureListener) connected -> {
                        if (connected.isSuccess()) {
                            target = connected.channel();
                            promise.setSuccess(connected.channel());
                        } else {
                            promise.setFailure(new TargetException("cannot reach the database"));
                        }
                    });
            return promise;
        }

        @Override
        public SslHandler targetTls(GrantTarget to) {
            return targetTls.handler(to, channel.alloc());
        }

        @Override
        public boolean plainTargetAllowed() {
            return plainTargets;
        }

        @Override
        public AuditedSession open(String applicationName) {
            return session;
        }

        @Override
        public void cancelElsewhere(String digest) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close(CloseCause cause) {
            if (closed == null) {
                closed = cause;
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                Channel other = target;
                if (other != null) {
                    other.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
                }
            }
        }
    }
}
