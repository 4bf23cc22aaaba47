package dev.sallyport.proxy.postgres;

import java.net.InetAddress;
import java.net.Socket;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Lends a test the socket that pgjdbc has logged in over: pgjdbc makes this factory itself, by its name. */
public final class KeptSocket extends SocketFactory {

    private static volatile @Nullable Socket last;

    /** The one that was made last. */
    static Socket last() {
        return Objects.requireNonNull(last, "no socket was made yet");
    }

    @Override
    public Socket createSocket() {
        Socket socket = new Socket();
        last = socket;
        return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }
}
