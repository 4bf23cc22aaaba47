package dev.sallyport.cli.tunnel;

import dev.sallyport.tunnel.handshake.ClientHello;
import dev.sallyport.tunnel.handshake.Handshake;
import dev.sallyport.tunnel.handshake.HandshakeException;
import dev.sallyport.tunnel.handshake.RefusalCode;
import dev.sallyport.tunnel.handshake.ServerPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens a tunnel's connection: TCP, TLS, and the handshake. Every step has a deadline. */
final class TunnelSocket {

    private static final int CONNECT_MILLIS = 10_000;
    /** For each word of the other side's. */
    private static final int ANSWER_MILLIS = 15_000;

    private TunnelSocket() {}

    /** @throws TunnelException when it cannot be opened */
    static Socket open(Carrier carrier, Ticket ticket) {
        Socket socket = null;
        try {
            socket = connect(carrier, ticket);
            greet(socket, ticket);
            socket.setSoTimeout(0);
            return socket;
        } catch (IOException | GeneralSecurityException | HandshakeException e) {
            close(socket);
            throw new TunnelException(
                    "unreachable", "no tunnel through " + carrier.address() + ": " + e.getMessage(), true);
        } catch (TunnelException e) {
            close(socket);
            throw e;
        }
    }

    private static Socket connect(Carrier carrier, Ticket ticket) throws IOException, GeneralSecurityException {
        InetSocketAddress at = carrier.address();
        Socket plain = new Socket();
        try {
            plain.connect(
                    new InetSocketAddress(InetAddress.getByName(at.getHostString()), at.getPort()), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setKeepAlive(true);
            plain.setSoTimeout(ANSWER_MILLIS);
            return carrier.tls() ? encrypt(plain, at, ticket.caFile()) : plain;
        } catch (IOException | GeneralSecurityException e) {
            close(plain);
            throw e;
        }
    }

    private static Socket encrypt(Socket plain, InetSocketAddress at, Optional<Path> caFile)
            throws IOException, GeneralSecurityException {
        SSLContext context = caFile.isPresent() ? trusting(caFile.get()) : SSLContext.getDefault();
        SSLSocket encrypted =
                (SSLSocket) context.getSocketFactory().createSocket(plain, at.getHostString(), at.getPort(), true);
        SSLParameters parameters = encrypted.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        encrypted.setSSLParameters(parameters);
        encrypted.startHandshake();
        return encrypted;
    }

    private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca-" + number++, one);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void greet(Socket socket, Ticket ticket) throws IOException {
        Handshake handshake = new Handshake();
        InputStream in = socket.getInputStream();
        ByteBuf inbox = Unpooled.buffer();
        ServerPacket hello = read(in, inbox, handshake::readHello);
        if (hello instanceof ServerPacket.Refused refused) {
            throw refusal(refused);
        }
        ByteBuf answer = Unpooled.buffer();
        handshake.write(answer, new ClientHello(ticket.token().reveal(), ticket.grantId()));
        answer.readBytes(socket.getOutputStream(), answer.readableBytes());
        socket.getOutputStream().flush();
        if (read(in, inbox, handshake::readVerdict) instanceof ServerPacket.Refused refused) {
            throw refusal(refused);
        }
    }

    /** Byte by byte: what is behind the packet is not ours to read. */
    private static <T> T read(InputStream in, ByteBuf inbox, Function<ByteBuf, Optional<T>> reader) throws IOException {
        long deadline = System.nanoTime() + Duration.ofMillis(ANSWER_MILLIS).toNanos();
        while (System.nanoTime() - deadline < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("it was closed before it was open");
            }
            Optional<T> packet = reader.apply(inbox.writeByte(next));
            if (packet.isPresent()) {
                return packet.get();
            }
        }
        throw new IOException("the handshake took too long");
    }

    private static TunnelException refusal(ServerPacket.Refused refused) {
        boolean passing = refused.code() != RefusalCode.NO_OUTPUT.number();
        return new TunnelException(
                "refused_" + refused.code(), "the db-proxy opens no tunnel: " + refused.message(), passing);
    }

    private static void close(@Nullable Socket socket) {
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone, then.
            }
        }
    }
}
