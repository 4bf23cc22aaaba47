package dev.sallyport.sandbox.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The socket under TLS: during the handshake each of its messages travels in packets of type PRELOGIN, afterwards TLS is as
 * usual ([MS-TDS] 2.2.6.5, 3.3.5.1 "TLS/SSL Negotiation").
 */
final class HandshakeSocket extends Socket {

    private final Socket socket;
    private final AtomicBoolean shakingHands = new AtomicBoolean(true);
    private final InputStream in = new Unpacked();
    private final Packed out = new Packed();

    HandshakeSocket(Socket socket) {
        this.socket = socket;
    }

    void handshakeDone() throws IOException {
        out.send();
        shakingHands.set(false);
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    @Override
    public boolean isConnected() {
        return socket.isConnected();
    }

    @Override
    public boolean isClosed() {
        return socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public void setSoTimeout(int millis) throws java.net.SocketException {
        socket.setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws java.net.SocketException {
        return socket.getSoTimeout();
    }

    @Override
    public java.net.InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    public int getPort() {
        return socket.getPort();
    }

    private final class Unpacked extends InputStream {

        private int left;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && shakingHands.get()) {
                out.send();
                byte[] header = socket.getInputStream().readNBytes(PacketStream.HEADER_BYTES);
                if (header.length < PacketStream.HEADER_BYTES) {
                    throw new EOFException("the client closed the connection during the handshake");
                }
                left = ((header[2] & 0xFF) << 8 | header[3] & 0xFF) - PacketStream.HEADER_BYTES;
            }
            if (left == 0) {
                return socket.getInputStream().read(bytes, offset, length);
            }
            int count = socket.getInputStream().read(bytes, offset, Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }
    }

    private final class Packed extends OutputStream {

        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (shakingHands.get()) {
                kept.write(bytes, offset, length);
            } else {
                socket.getOutputStream().write(bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            if (!shakingHands.get()) {
                socket.getOutputStream().flush();
            }
        }

        /** All of one turn is one message: there are clients that read no more than one before it is theirs again. */
        void send() throws IOException {
            OutputStream wire = socket.getOutputStream();
            byte[] bytes = kept.toByteArray();
            kept.reset();
            int room = PacketStream.DEFAULT_PACKET_BYTES - PacketStream.HEADER_BYTES;
            for (int from = 0; from < bytes.length; from += room) {
                int to = Math.min(bytes.length, from + room);
                int length = to - from + PacketStream.HEADER_BYTES;
                wire.write(PacketStream.header(PacketStream.PRELOGIN, to == bytes.length, length, 1));
                wire.write(bytes, from, to - from);
            }
            wire.flush();
        }
    }
}
