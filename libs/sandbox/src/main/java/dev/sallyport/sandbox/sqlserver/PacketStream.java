package dev.sallyport.sandbox.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;

/** Messages in packets ([MS-TDS] 2.2.3.1): type, status, length, SPID, packet id, window. Not for several threads. */
final class PacketStream implements Closeable {

    static final int HEADER_BYTES = 8;
    static final int DEFAULT_PACKET_BYTES = 4096;
    /** The longest message that is read; a client that sends more is cut off. */
    static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    /** The status bit of a message's last packet. */
    static final int END_OF_MESSAGE = 0x01;

    /** The types of messages, [MS-TDS] 2.2.3.1.1. */
    static final int SQL_BATCH = 0x01;

    static final int RPC = 0x03;
    static final int TABULAR_RESULT = 0x04;
    static final int ATTENTION = 0x06;
    static final int LOGIN7 = 0x10;
    static final int PRELOGIN = 0x12;

    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private int packetBytes = DEFAULT_PACKET_BYTES;

    PacketStream(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** A whole message. */
    record Message(int type, byte[] body) {}

    Socket socket() {
        return socket;
    }

    /** Goes on over {@code secured}, which wraps the socket so far. */
    void continueOver(Socket secured) throws IOException {
        socket = secured;
        in = secured.getInputStream();
        out = secured.getOutputStream();
    }

    void packetBytes(int bytes) {
        packetBytes = bytes;
    }

    /** @throws EOFException when the client is gone */
    Message read() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            byte[] header = exactly(HEADER_BYTES);
            int length = (header[2] & 0xFF) << 8 | header[3] & 0xFF;
            if (length < HEADER_BYTES || body.size() + length > MAX_MESSAGE_BYTES) {
                throw new IOException("a packet of " + length + " bytes after " + body.size());
            }
            body.writeBytes(exactly(length - HEADER_BYTES));
            if ((header[1] & END_OF_MESSAGE) != 0) {
                return new Message(header[0], body.toByteArray());
            }
        }
    }

    void write(int type, byte[] body) throws IOException {
        int room = packetBytes - HEADER_BYTES;
        int from = 0;
        int id = 1;
        do {
            int to = Math.min(body.length, from + room);
            out.write(header(type, to == body.length, to - from + HEADER_BYTES, id++));
            out.write(body, from, to - from);
            from = to;
        } while (from < body.length);
        out.flush();
    }

    static byte[] header(int type, boolean last, int length, int id) {
        return new byte[] {
            (byte) type, (byte) (last ? END_OF_MESSAGE : 0), (byte) (length >> 8), (byte) length, 0, 0, (byte) id, 0
        };
    }

    private byte[] exactly(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the client closed the connection");
        }
        return Arrays.copyOf(bytes, count);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
