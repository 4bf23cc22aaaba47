package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.DataChannel;
import dev.sallyport.cli.ssm.channel.MalformedMessage;
import dev.sallyport.cli.ssm.channel.Smux;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A port of this machine and the one connection that it takes, joined to the stream of a data channel. Nothing is kept here: who writes waits
 * for the channel, and the channel waits for who reads.
 */
final class ForwardedPort implements DataChannel.Receiver, Smux.Sink, AutoCloseable {

    private static final int CHUNK_BYTES = DataChannel.PAYLOAD_BYTES - Smux.HEADER_BYTES;
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
    /** For the other end of the connection to notice that it was closed. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    private final ServerSocket listening;
    private final InetSocketAddress address;
    private final int remotePort;
    private final SsmListener listener;
    private final Smux smux = new Smux();
    private final CompletableFuture<SsmFailure> over = new CompletableFuture<>();
    private final CompletableFuture<Boolean> localEnded = new CompletableFuture<>();
    private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
    private volatile @Nullable Socket connection;
    private volatile @Nullable DataChannel channel;

    private ForwardedPort(ServerSocket listening, int remotePort, SsmListener listener) {
        this.listening = listening;
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
        this.remotePort = remotePort;
        this.listener = listener;
    }

    /** Listens on a free port of the loopback interface. */
    static ForwardedPort listen(Duration accept, int remotePort, SsmListener listener) {
        try {
            ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            listening.setSoTimeout(Math.toIntExact(accept.toMillis()));
            return new ForwardedPort(listening, remotePort, listener);
        } catch (IOException e) {
            throw SsmFailure.lasting("no port of this machine can be listened on: " + e.getMessage());
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** From now on connections are taken, one of them. */
    void over(DataChannel open) {
        channel = open;
        open.ended().thenAccept(over::complete);
        Thread.ofVirtual().name("ssm-port").start(() -> accept(open));
        Thread.ofVirtual().name("ssm-port-end").start(this::awaitEnd);
        if (open.wantsKeepAlive()) {
            Thread.ofVirtual().name("ssm-keep-alive").start(() -> keepAlive(open));
        }
    }

    private void accept(DataChannel open) {
        try (Socket accepted = listening.accept()) {
            listening.close();
            accepted.setTcpNoDelay(true);
            connection = accepted;
            open.send(Smux.open());
            pump(accepted, open);
            localEnded.complete(true);
            open.send(Smux.close());
            // The agent closes the port's connection, and says so; what it sent before that is still to be passed on.
            closed.get(LINGER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            over.complete(SsmFailure.passing("nobody used the way over Session Manager in time"));
        } catch (SsmFailure e) {
            over.complete(e);
        } catch (TimeoutException | ExecutionException e) {
            // The agent did not say so in time.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            localEnded.complete(true);
            over.complete(SsmFailure.lasting("the connection was closed on this side"));
        }
    }

    /** Until this side has no more to say, or is gone. */
    private static void pump(Socket from, DataChannel to) {
        byte[] chunk = new byte[CHUNK_BYTES];
        while (true) {
            int length;
            try {
                length = from.getInputStream().read(chunk);
            } catch (IOException e) {
                return;
            }
            if (length < 0) {
                return;
            }
            to.send(Smux.data(chunk, length));
        }
    }

    private void keepAlive(DataChannel open) {
        try {
            while (!overWithin(KEEP_ALIVE)) {
                open.send(Smux.keepAlive());
            }
        } catch (SsmFailure e) {
            // It is over.
        }
    }

    private boolean overWithin(Duration time) {
        try {
            over.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void received(byte[] payload) throws MalformedMessage {
        smux.read(payload, this);
    }

    @Override
    public void data(byte[] bytes, int offset, int length) {
        Socket to = connection;
        if (to == null) {
            return;
        }
        try {
            to.getOutputStream().write(bytes, offset, length);
        } catch (IOException e) {
            // This side is gone: the pump sees it too, and tells the agent.
            closeQuietly(to);
        }
    }

    @Override
    public void closed() {
        // Before this side hears of it, and ends too: who was first is why.
        boolean first = !localEnded.isDone();
        closed.complete(true);
        if (first) {
            over.complete(SsmFailure.passing("the proxy closed the connection"));
        }
        Socket to = connection;
        if (to != null) {
            try {
                to.shutdownOutput();
            } catch (IOException e) {
                // It is gone already.
            }
        }
    }

    @Override
    public void portRefused() {
        over.complete(SsmFailure.passing("the SSM agent cannot connect to port " + remotePort
                + " of the proxy's task; has the proxy a tunnel there, and is it ready?"));
    }

    @Override
    public void resumed() {
        listener.resumed();
    }

    private void awaitEnd() {
        SsmFailure why = over.join();
        try {
            // Closing while there is something to read would take away from the other end what was sent before.
            if (closed.isDone()) {
                localEnded.get(LINGER.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException | ExecutionException e) {
            // It does not notice.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        listener.ended(String.valueOf(why.getMessage()), why.isPassing());
    }

    @Override
    public void close() {
        over.complete(SsmFailure.lasting("the session was closed"));
        closeQuietly(listening);
        Socket accepted = connection;
        if (accepted != null) {
            closeQuietly(accepted);
        }
        DataChannel open = channel;
        if (open != null) {
            open.close();
        }
    }

    private static void closeQuietly(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            // It is closed either way.
        }
    }
}
