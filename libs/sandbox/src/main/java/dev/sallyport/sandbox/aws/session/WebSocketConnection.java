package dev.sallyport.sandbox.aws.session;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The server's end of a WebSocket (RFC 6455), without extensions. One thread reads, any thread sends. */
final class WebSocketConnection implements AutoCloseable {

    static final int TEXT = 1;
    static final int BINARY = 2;
    private static final int CONTINUATION = 0;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LONGEST_MESSAGE = 128 * 1024;
    private static final int LONGEST_HEAD_LINE = 8 * 1024;
    private static final int MOST_HEADERS = 64;
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final String path;

    /** A whole message. */
    record Message(int opcode, byte[] bytes) {}

    private record Frame(boolean last, int opcode, byte[] bytes) {}

    /** @throws IOException when what comes is no WebSocket's opening handshake */
    WebSocketConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        String[] request = line().split(" ");
        Map<String, String> headers = headers();
        if (request.length != 3
                || !request[0].equals("GET")
                || !headers.getOrDefault("upgrade", "").equalsIgnoreCase("websocket")
                || !headers.getOrDefault("sec-websocket-version", "").equals("13")) {
            out.writeBytes("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            out.flush();
            throw new IOException("not a WebSocket");
        }
        path = request[1];
        out.writeBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(headers.getOrDefault("sec-websocket-key", "")) + "\r\n\r\n");
        out.flush();
    }

    String path() {
        return path;
    }

    /** The next message; pings are answered meanwhile. @throws EOFException when the other side has closed */
    Message read() throws IOException {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        int opcode = CONTINUATION;
        while (true) {
            Frame frame = frame();
            switch (frame.opcode()) {
                case PING -> send(PONG, frame.bytes());
                case PONG -> {
                    // Nobody asked.
                }
                case CLOSE -> {
                    send(CLOSE, frame.bytes());
                    throw new EOFException("closed");
                }
                default -> {
                    opcode = frame.opcode() == CONTINUATION ? opcode : frame.opcode();
                    parts.write(frame.bytes());
                    if (parts.size() > LONGEST_MESSAGE) {
                        throw new IOException("a message that is too long");
                    }
                    if (frame.last()) {
                        return new Message(opcode, parts.toByteArray());
                    }
                }
            }
        }
    }

    synchronized void send(int opcode, byte[] bytes) throws IOException {
        out.writeByte(0x80 | opcode);
        if (bytes.length < 126) {
            out.writeByte(bytes.length);
        } else if (bytes.length <= 0xffff) {
            out.writeByte(126);
            out.writeShort(bytes.length);
        } else {
            out.writeByte(127);
            out.writeLong(bytes.length);
        }
        out.write(bytes);
        out.flush();
    }

    /** Says goodbye with a status and closes. */
    void close(int status, String reason) {
        try {
            byte[] why = reason.getBytes(StandardCharsets.UTF_8);
            byte[] body = new byte[2 + why.length];
            body[0] = (byte) (status >> 8);
            body[1] = (byte) status;
            System.arraycopy(why, 0, body, 2, why.length);
            send(CLOSE, body);
        } catch (IOException e) {
            // It is gone already.
        }
        close();
    }

    /** Cuts it off, as a network does. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private Frame frame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((second & 0x80) == 0 || (first & 0x70) != 0) {
            close(1002, "frames of a client are masked, and use no extension");
            throw new IOException("not a client's frame");
        }
        long length = second & 0x7f;
        length = length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length;
        if (length < 0 || length > LONGEST_MESSAGE) {
            close(1009, "too long");
            throw new IOException("a frame that is too long");
        }
        byte[] mask = in.readNBytes(4);
        byte[] bytes = in.readNBytes((int) length);
        if (mask.length < 4 || bytes.length < length) {
            throw new EOFException("cut off");
        }
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= mask[i & 3];
        }
        return new Frame((first & 0x80) != 0, first & 0x0f, bytes);
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() > MOST_HEADERS) {
                throw new IOException("not a header");
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return headers;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.write(next);
            if (line.size() > LONGEST_HEAD_LINE) {
                throw new IOException("a line that is too long");
            }
        }
        return line.toString(StandardCharsets.US_ASCII).stripTrailing();
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + ACCEPT_SALT).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
