package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of the loopback interface. */
public final class FreePort {

    private static final int SHIFTS = 200;

    /** Any port that nobody listens on. */
    public static int any() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("this machine has no free port", e);
        }
    }

    /** {@code preferred}, or the next one above that nobody listens on. */
    public static int from(int preferred) {
        for (int port = preferred; port < preferred + SHIFTS; port++) {
            if (free(port)) {
                return port;
            }
        }
        throw new CannotStart("no free port from " + preferred + " to " + (preferred + SHIFTS - 1));
    }

    /** Whether nobody listens there, on any interface. */
    public static boolean free(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private FreePort() {}
}
