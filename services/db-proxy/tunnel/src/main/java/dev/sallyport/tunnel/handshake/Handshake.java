package dev.sallyport.tunnel.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The packets of one handshake, of either side, in their order: see the package's picture. Reading takes whole packets out of a
 * buffer and leaves it alone as long as there is none.
 */
public final class Handshake {

    /** The largest packet that is read, in bytes without its head. */
    public static final int MAX_PACKET_BYTES = 64 * 1024;

    private static final int HEAD_BYTES = 4;
    private static final int PROTOCOL_VERSION = 1;
    private static final int ACCEPTED = 0x00;
    private static final int REFUSED = 0xFF;

    private int sequence;

    /** Writes a packet of the server's. */
    public void write(ByteBuf out, ServerPacket packet) {
        int head = begin(out);
        switch (packet) {
            case ServerPacket.Hello hello -> {
                out.writeByte(PROTOCOL_VERSION);
                writeText(out, hello.version());
                out.writeIntLE(hello.connectionId()).writeIntLE(hello.capabilities());
                writeText(out, hello.method());
            }
            case ServerPacket.Accepted _ -> out.writeByte(ACCEPTED);
            case ServerPacket.Refused refused -> {
                out.writeByte(REFUSED).writeShortLE(refused.code());
                out.writeCharSequence(refused.message(), UTF_8);
            }
        }
        end(out, head);
    }

    /** Writes the client's packet. */
    public void write(ByteBuf out, ClientHello hello) {
        int head = begin(out);
        out.writeIntLE(0);
        writeText(out, hello.token());
        writeText(out, hello.grantId());
        end(out, head);
    }

    /**
     * Reads the server's first packet: {@link ServerPacket.Hello}, or {@link ServerPacket.Refused} at once.
     *
     * @throws HandshakeException when it is neither
     */
    public Optional<ServerPacket> readHello(ByteBuf in) {
        return next(in).map(packet -> {
            int version = packet.readUnsignedByte();
            if (version == REFUSED) {
                return refused(packet);
            }
            if (version != PROTOCOL_VERSION) {
                throw new HandshakeException("the server speaks version " + version + " of the handshake, not 1");
            }
            String server = readText(packet, "the server's version");
            if (packet.readableBytes() < 8) {
                throw new HandshakeException("the server's first packet is cut short");
            }
            return new ServerPacket.Hello(
                    server, packet.readIntLE(), packet.readIntLE(), readText(packet, "the server's method"));
        });
    }

    /**
     * Reads the server's answer to the client: {@link ServerPacket.Accepted} or {@link ServerPacket.Refused}.
     *
     * @throws HandshakeException when it is neither
     */
    public Optional<ServerPacket> readVerdict(ByteBuf in) {
        return next(in).map(packet -> {
            int type = packet.readUnsignedByte();
            return switch (type) {
                case ACCEPTED -> new ServerPacket.Accepted();
                case REFUSED -> refused(packet);
                default -> throw new HandshakeException("the server's answer has the unknown type " + type);
            };
        });
    }

    /**
     * Reads the client's packet.
     *
     * @throws HandshakeException when it is none
     */
    public Optional<ClientHello> readClient(ByteBuf in) {
        return next(in).map(packet -> {
            if (packet.readableBytes() < 4) {
                throw new HandshakeException("the client's packet is cut short");
            }
            packet.skipBytes(4);
            return new ClientHello(readText(packet, "the token"), readText(packet, "the grant's id"));
        });
    }

    private static ServerPacket refused(ByteBuf packet) {
        if (packet.readableBytes() < 2) {
            throw new HandshakeException("the server's refusal has no code");
        }
        int code = packet.readUnsignedShortLE();
        return new ServerPacket.Refused(code, packet.toString(UTF_8));
    }

    private Optional<ByteBuf> next(ByteBuf in) {
        if (in.readableBytes() < HEAD_BYTES) {
            return Optional.empty();
        }
        int length = in.getUnsignedMediumLE(in.readerIndex());
        if (length == 0 || length > MAX_PACKET_BYTES) {
            throw new HandshakeException("a packet of " + length + " bytes came; they have 1 to " + MAX_PACKET_BYTES);
        }
        int came = in.getUnsignedByte(in.readerIndex() + 3);
        if (came != (sequence & 0xFF)) {
            throw new HandshakeException("packet " + (sequence & 0xFF) + " was expected, and " + came + " came");
        }
        if (in.readableBytes() < HEAD_BYTES + length) {
            return Optional.empty();
        }
        sequence++;
        in.skipBytes(HEAD_BYTES);
        return Optional.of(in.readSlice(length));
    }

    private static int begin(ByteBuf out) {
        int head = out.writerIndex();
        out.writeZero(HEAD_BYTES);
        return head;
    }

    private void end(ByteBuf out, int head) {
        int length = out.writerIndex() - head - HEAD_BYTES;
        if (length > MAX_PACKET_BYTES) {
            throw new IllegalArgumentException("a packet of " + length + " bytes is too long");
        }
        out.setMediumLE(head, length).setByte(head + 3, sequence++);
    }

    private static void writeText(ByteBuf out, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text of the handshake cannot hold NUL");
        }
        out.writeCharSequence(text, UTF_8);
        out.writeByte(0);
    }

    private static String readText(ByteBuf packet, String what) {
        int length = packet.bytesBefore((byte) 0);
        if (length < 0) {
            throw new HandshakeException(what + " has no end");
        }
        String text = packet.readCharSequence(length, UTF_8).toString();
        packet.skipBytes(1);
        return text;
    }
}
