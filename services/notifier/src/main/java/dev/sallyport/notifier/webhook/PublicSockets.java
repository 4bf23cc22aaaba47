package dev.sallyport.notifier.webhook;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets that connect to public addresses only. The check is where the connection is made, on the very address that it is made
 * to: a name that leads elsewhere the next time it is asked (DNS rebinding) leads nowhere.
 */
final class PublicSockets extends SocketFactory {

    private static final class PublicSocket extends Socket {

        @Override
        public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
            if (!(endpoint instanceof InetSocketAddress inet)
                    || inet.isUnresolved()
                    || Addresses.isPrivate(inet.getAddress())) {
                throw new PrivateAddressException();
            }
            super.connect(endpoint, timeoutMillis);
        }
    }

    @Override
    public Socket createSocket() {
        return new PublicSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(new InetSocketAddress(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return connected(new InetSocketAddress(address, port));
    }

    private static Socket connected(InetSocketAddress address) throws IOException {
        Socket socket = new PublicSocket();
        socket.connect(address, 0);
        return socket;
    }
}
