package dev.sallyport.sandbox.rds;

import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSocket;

/**
 * One client's way in, then bytes both ways (PostgreSQL's manual, "Message Flow", "Start-up" and "SSL Session Encryption"). The
 * server's answer to a start-up with our certificate tells who the user is: {@code AuthenticationOk} to a member of {@code
 * rds_iam}, held back until the token is good; to others the question for their password, which is theirs to answer.
 */
final class PostgresLogin {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_ENCRYPTION_REQUEST = 80877104;
    /** PostgreSQL's bound of a start-up packet (MAX_STARTUP_PACKET_LENGTH). */
    private static final int MAX_STARTUP_BYTES = 10_000;
    /** PostgreSQL's bound of what a client says to authenticate itself (PG_MAX_AUTH_TOKEN_LENGTH). */
    private static final int MAX_PASSWORD_BYTES = 65_535;

    private static final int AUTHENTICATION_OK = 0;
    private static final byte[] CLEARTEXT_PASSWORD =
            ByteBuffer.allocate(9).put((byte) 'R').putInt(8).putInt(3).array();

    private final int serverPort;
    private final ServerCertificate shown;
    private final ServerCertificate own;
    private final RdsPostgres.TokenCheck tokens;

    /**
     * @param shown to clients; the server's own, so that channel binding holds from end to end
     * @param own by which the server knows us
     */
    PostgresLogin(int serverPort, ServerCertificate shown, ServerCertificate own, RdsPostgres.TokenCheck tokens) {
        this.serverPort = serverPort;
        this.shown = shown;
        this.own = own;
        this.tokens = tokens;
    }

    /** A message with its type and its length. */
    private record Message(byte type, byte[] bytes) {

        static Message read(InputStream in, int longest) throws IOException {
            byte[] head = exactly(in, 5);
            int length = ByteBuffer.wrap(head, 1, 4).getInt();
            if (length < 4 || length > longest) {
                throw new IOException("a message of " + length + " bytes");
            }
            byte[] whole = Arrays.copyOf(head, length + 1);
            System.arraycopy(exactly(in, length - 4), 0, whole, 5, length - 4);
            return new Message(head[0], whole);
        }

        boolean admits() {
            return type == 'R'
                    && bytes.length >= 9
                    && ByteBuffer.wrap(bytes, 5, 4).getInt() == AUTHENTICATION_OK;
        }
    }

    void run(Socket socket) throws IOException {
        byte[] first = packet(socket.getInputStream());
        while (code(first) == GSS_ENCRYPTION_REQUEST) {
            socket.getOutputStream().write('N');
            first = packet(socket.getInputStream());
        }
        if (code(first) != SSL_REQUEST) {
            // Also a request to cancel: there is nothing in it for us.
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
                server.getOutputStream().write(first);
                relay(socket, server);
            }
            return;
        }
        socket.getOutputStream().write('S');
        SSLSocket client = (SSLSocket)
                shown.sslContext().getSocketFactory().createSocket(socket, InputStream.nullInputStream(), true);
        client.startHandshake();
        encrypted(client);
    }

    private void encrypted(SSLSocket client) throws IOException {
        byte[] startup = packet(client.getInputStream());
        try (Socket server = vouching()) {
            server.getOutputStream().write(startup);
            Message answer = Message.read(server.getInputStream(), MAX_PASSWORD_BYTES);
            while (answer.type() == 'v') {
                client.getOutputStream().write(answer.bytes());
                answer = Message.read(server.getInputStream(), MAX_PASSWORD_BYTES);
            }
            if (answer.admits() && !tokenIsGood(client, startup)) {
                return;
            }
            client.getOutputStream().write(answer.bytes());
            relay(client, server);
        }
    }

    private Socket vouching() throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), serverPort);
        plain.getOutputStream()
                .write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
        if (plain.getInputStream().read() != 'S') {
            plain.close();
            throw new IOException("the server offers no TLS");
        }
        SSLSocket encrypted =
                (SSLSocket) own.sslContext().getSocketFactory().createSocket(plain, "localhost", serverPort, true);
        encrypted.startHandshake();
        return encrypted;
    }

    private boolean tokenIsGood(SSLSocket client, byte[] startup) throws IOException {
        client.getOutputStream().write(CLEARTEXT_PASSWORD);
        Message said = Message.read(client.getInputStream(), MAX_PASSWORD_BYTES);
        String user = user(startup);
        // Type and length before it, a zero behind it.
        String token = new String(said.bytes(), 5, Math.max(0, said.bytes().length - 6), StandardCharsets.UTF_8);
        Optional<String> refusal =
                said.type() == 'p' ? tokens.refusal(user, token) : Optional.of("no password was sent");
        if (refusal.isPresent()) {
            client.getOutputStream().write(refused(user));
        }
        return refusal.isEmpty();
    }

    /** {@code auth_failed} of PostgreSQL's auth.c, for PAM. */
    private static byte[] refused(String user) {
        String fields = "SFATAL\0VFATAL\0C28000\0MPAM authentication failed for user \"" + user
                + "\"\0Fauth.c\0Rauth_failed\0\0";
        byte[] body = fields.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(body.length + 5)
                .put((byte) 'E')
                .putInt(body.length + 4)
                .put(body)
                .array();
    }

    /** Of the pairs behind length and version. */
    private static String user(byte[] startup) {
        String[] pairs = new String(startup, 8, startup.length - 8, StandardCharsets.UTF_8).split("\0", -1);
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            if (pairs[i].equals("user")) {
                return pairs[i + 1];
            }
        }
        return "";
    }

    /** One without a type: length, code, the rest. */
    private static byte[] packet(InputStream in) throws IOException {
        byte[] head = exactly(in, 8);
        int length = ByteBuffer.wrap(head).getInt();
        if (length < 8 || length > MAX_STARTUP_BYTES) {
            throw new IOException("a start-up packet of " + length + " bytes");
        }
        byte[] whole = Arrays.copyOf(head, length);
        System.arraycopy(exactly(in, length - 8), 0, whole, 8, length - 8);
        return whole;
    }

    private static int code(byte[] packet) {
        return ByteBuffer.wrap(packet, 4, 4).getInt();
    }

    private static byte[] exactly(InputStream in, int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("closed in the middle of a message");
        }
        return bytes;
    }

    /** Until one of them closes; then both are closed. */
    private static void relay(Socket client, Socket server) throws IOException {
        Thread back = Thread.ofVirtual().start(() -> copy(server, client));
        copy(client, server);
        try {
            back.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException gone) {
            // Closed by the other direction, or by the peer.
            return;
        }
    }
}
