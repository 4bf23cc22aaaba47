package dev.sallyport.proxy.tunnel;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.tunnel.handshake.ClientHello;
import dev.sallyport.tunnel.handshake.Handshake;
import dev.sallyport.tunnel.handshake.HandshakeException;
import dev.sallyport.tunnel.handshake.ServerPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One client before its tunnel is open: says hello, hears who it is, and decides. Confined to the channel's event loop. */
final class TunnelDoor extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = Logger.getLogger(TunnelDoor.class);
    private static final int MAX_INBOX_BYTES = 2 * Handshake.MAX_PACKET_BYTES;
    private static final long LAST_WORDS_MILLIS = 500;

    private final Tunnels tunnels;
    private final Channel channel;
    private final InetSocketAddress address;
    private final Handshake handshake = new Handshake();
    private final ByteBuf inbox = Unpooled.buffer(1024, MAX_INBOX_BYTES);
    private @Nullable ScheduledFuture<?> deadline;
    private boolean heard;
    private boolean over;

    TunnelDoor(Tunnels tunnels, Channel channel, InetSocketAddress address) {
        this.tunnels = tunnels;
        this.channel = channel;
        this.address = address;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = channel.eventLoop()
                .schedule(
                        () -> refuse(TunnelRefusal.UNFINISHED),
                        tunnels.node().handshake().toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(_ -> channel.eventLoop().execute(this::gone));
        send(new ServerPacket.Hello(
                tunnels.version(),
                tunnels.nextNumber(),
                ServerPacket.MYSQL | ServerPacket.POSTGRES,
                ServerPacket.TOKEN_METHOD));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            if (over) {
                return;
            }
            if (bytes.readableBytes() > inbox.maxWritableBytes()) {
                throw new HandshakeException("too much was sent before the tunnel was open");
            }
            inbox.writeBytes(bytes);
            if (!heard) {
                Optional<ClientHello> hello = handshake.readClient(inbox);
                heard = hello.isPresent();
                hello.ifPresent(this::verify);
            }
        } catch (HandshakeException violation) {
            LOG.debugf("a client at %s does not speak the handshake: %s", address, violation.getMessage());
            refuse(TunnelRefusal.PROTOCOL);
        } finally {
            bytes.release();
        }
    }

    private void verify(ClientHello hello) {
        Thread.ofVirtual().name("tunnel-token").start(() -> {
            Optional<TunnelToken> token = tunnels.tokens().verify(hello.token());
            channel.eventLoop().execute(() -> verified(hello, token));
        });
    }

    private void verified(ClientHello hello, Optional<TunnelToken> verified) {
        if (over) {
            return;
        }
        if (verified.isEmpty()) {
            refuse(TunnelRefusal.TOKEN);
            return;
        }
        TunnelToken token = verified.get();
        if (!token.grantId().value().equals(hello.grantId())) {
            refuse(TunnelRefusal.NOT_THE_GRANTEE);
            return;
        }
        Future<Optional<GrantState>> found =
                tunnels.grants().find(token.grantId().value(), channel.eventLoop());
        found.addListener((FutureListener<Optional<GrantState>>) done -> {
            if (done.isSuccess()) {
                decide(token, done.getNow());
            } else {
                refuse(TunnelRefusal.INTERNAL);
            }
        });
    }

    private void decide(TunnelToken token, Optional<GrantState> found) {
        if (over) {
            return;
        }
        if (found.isEmpty()) {
            refuse(TunnelRefusal.GRANT_INACTIVE);
            return;
        }
        GrantState grant = found.get();
        Optional<Protocol> protocol = tunnels.protocolOf(grant);
        if (!grant.grantId().equals(token.grantId())
                || !grant.grantee().subject().equals(token.subject())) {
            refuse(TunnelRefusal.NOT_THE_GRANTEE);
        } else if (protocol.isEmpty()) {
            refuse(TunnelRefusal.NO_OUTPUT);
        } else {
            open(new Tunnel(tunnels, channel, address, grant, token.tunnelId(), protocol.get()));
        }
    }

    private void open(Tunnel tunnel) {
        Optional<TunnelRefusal> refusal = tunnels.add(tunnel);
        if (refusal.isPresent()) {
            refuse(refusal.get());
            return;
        }
        leave();
        send(new ServerPacket.Accepted());
        channel.pipeline().replace(this, "tunnel", tunnel);
        tunnel.begin();
        if (inbox.isReadable()) {
            tunnel.channelRead(channel.pipeline().firstContext(), inbox.readBytes(inbox.readableBytes()));
            tunnel.channelReadComplete(channel.pipeline().firstContext());
        }
    }

    private void refuse(TunnelRefusal why) {
        if (over) {
            return;
        }
        leave();
        tunnels.refused(address, why);
        send(new ServerPacket.Refused(why.code(), why.message()));
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        channel.eventLoop().schedule(() -> channel.close(), LAST_WORDS_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void send(ServerPacket packet) {
        ByteBuf out = channel.alloc().buffer();
        handshake.write(out, packet);
        channel.writeAndFlush(out);
    }

    private void gone() {
        if (!over) {
            leave();
            tunnels.refused(address, TunnelRefusal.UNFINISHED);
        }
    }

    private void leave() {
        over = true;
        tunnels.node().leaveDoor(address.getAddress());
        ScheduledFuture<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent) {
            channel.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
            LOG.debugf("a client at %s broke off: %s", address, cause.getMessage());
        } else {
            LOG.errorf(cause, "a handshake ends by a bug");
        }
        channel.close();
    }
}
