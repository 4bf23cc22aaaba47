package dev.sallyport.proxy.mysql;

import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Secret;
import dev.sallyport.mywire.Capabilities;
import dev.sallyport.mywire.LoginRequest;
import dev.sallyport.mywire.TargetLogin;
import dev.sallyport.proxy.connection.ClientConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.util.concurrent.FutureListener;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ends what still runs at the target for a client that is gone, from a second connection of the same database user: a user
 * may always kill its own. Best effort, bounded in time.
 */
final class Kill implements TargetEnd.Owner {

    private static final int TIMEOUT_MILLIS = 5_000;
    private static final int COM_QUERY = 0x03;
    private static final Logger LOG = Logger.getLogger(Kill.class);

    private final TargetEnd end;
    private final int connectionId;

    private Kill(ClientConnection connection, GrantTarget to, LoginRequest client, Secret password, int connectionId) {
        this.connectionId = connectionId;
        this.end = new TargetEnd(
                this,
                new TargetLogin(
                        to.databaseUser(),
                        password.reveal().getBytes(StandardCharsets.UTF_8),
                        to.database(),
                        client.within(Capabilities.offeredUnmet()),
                        connection.plainTargetAllowed()),
                () -> connection.targetTls(to));
    }

    static void send(ClientConnection connection, GrantTarget to, LoginRequest client, TargetEnd running) {
        Channel channel = running.at();
        SocketAddress address = channel.remoteAddress();
        if (address == null) {
            return;
        }
        int connectionId = running.connectionId();
        connection.password(to).addListener((FutureListener<Secret>) found -> {
            if (found.isSuccess()) {
                new Kill(connection, to, client, found.getNow(), connectionId).connect(channel, address);
            }
        });
    }

    private void connect(Channel like, SocketAddress address) {
        new Bootstrap()
                .group(like.eventLoop())
                .channel(like.getClass())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
                .handler(end)
                .connect(address)
                .addListener((ChannelFutureListener) connected -> connected
                        .channel()
                        .eventLoop()
                        .schedule(() -> connected.channel().close(), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
    }

    @Override
    public void loggedIn(byte[] ok) {
        byte[] sql = (" KILL " + Integer.toUnsignedString(connectionId)).getBytes(StandardCharsets.US_ASCII);
        sql[0] = COM_QUERY;
        end.command(sql);
    }

    @Override
    public void loginFailed(boolean refused, String why) {
        LOG.warnf("what a gone client left running could not be ended: %s", why);
        end.at().close();
    }

    /** The answer, whatever it is: it may have ended by itself. */
    @Override
    public void fromTarget(ByteBuf bytes) {
        bytes.release();
        end.at().close();
    }

    @Override
    public void targetClosed() {
        // It was told all there is to tell.
    }

    @Override
    public void clientClosed() {
        // There is no client behind this one.
    }

    @Override
    public void targetFailed(Throwable cause) {
        end.at().close();
    }
}
