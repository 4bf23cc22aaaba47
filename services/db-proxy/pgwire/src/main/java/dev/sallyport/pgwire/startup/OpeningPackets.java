package dev.sallyport.pgwire.startup;

import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the packets before there are messages: a length, a code, and what the code asks for. */
public final class OpeningPackets {

    /** PostgreSQL's own bound, {@code MAX_STARTUP_PACKET_LENGTH}. */
    public static final int MAX_LENGTH = 10_000;

    public static final int SSL_REQUEST = 80877103;
    public static final int GSS_ENC_REQUEST = 80877104;
    public static final int CANCEL_REQUEST = 80877102;

    /** The first byte of a TLS handshake: no packet can begin with it, since it would be far too long. */
    public static final int TLS_HANDSHAKE = 0x16;

    private static final int HEADER_BYTES = 8;
    private static final int MAX_CANCEL_SECRET_BYTES = 256;

    private OpeningPackets() {}

    /**
     * Reads the packet at the reader index of {@code in} and moves the index behind it; empty, and nothing is moved, as long as
     * it is not there whole.
     *
     * @throws PgWireException when no such packet can come of it
     */
    public static Optional<Opening> read(ByteBuf in) {
        if (in.readableBytes() < 4) {
            return Optional.empty();
        }
        int start = in.readerIndex();
        int length = in.getInt(start);
        if (length < HEADER_BYTES || length > MAX_LENGTH) {
            throw PgWireException.violation("invalid length of startup packet");
        }
        if (in.readableBytes() < length) {
            return Optional.empty();
        }
        int code = in.getInt(start + 4);
        ByteBuf body = in.slice(start + HEADER_BYTES, length - HEADER_BYTES);
        Opening opening = read(code, body);
        in.skipBytes(length);
        return Optional.of(opening);
    }

    private static Opening read(int code, ByteBuf body) {
        return switch (code) {
            case SSL_REQUEST -> empty(body, new Opening.SslRequest());
            case GSS_ENC_REQUEST -> empty(body, new Opening.GssEncRequest());
            case CANCEL_REQUEST -> cancelRequest(body);
            default -> startup(new ProtocolVersion(code), body);
        };
    }

    private static Opening empty(ByteBuf body, Opening opening) {
        if (body.isReadable()) {
            throw PgWireException.violation("invalid length of startup packet");
        }
        return opening;
    }

    private static Opening cancelRequest(ByteBuf body) {
        int secretBytes = body.readableBytes() - 4;
        if (secretBytes < 4 || secretBytes > MAX_CANCEL_SECRET_BYTES) {
            throw PgWireException.violation("invalid length of query cancel packet");
        }
        int processId = body.readInt();
        byte[] secret = new byte[secretBytes];
        body.readBytes(secret);
        return new Opening.CancelRequest(processId, secret);
    }

    private static Opening startup(ProtocolVersion version, ByteBuf body) {
        if (version.major() != 3) {
            throw new PgWireException(
                    "0A000", "unsupported frontend protocol " + version + ": this proxy supports 3.0 to 3.2");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String name = text(body); !name.isEmpty(); name = text(body)) {
            parameters.put(name, text(body));
        }
        if (body.isReadable()) {
            throw PgWireException.violation("invalid startup packet layout: expected terminator as last byte");
        }
        return new Opening.Startup(version, parameters);
    }

    private static String text(ByteBuf body) {
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw PgWireException.violation("invalid startup packet layout: expected terminator as last byte");
        }
        String text = body.readCharSequence(length, StandardCharsets.UTF_8).toString();
        body.skipBytes(1);
        return text;
    }
}
