package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Protocol::HandshakeResponse41, the client's answer to the greeting.
 *
 * @param capabilities as claimed; see {@link Capabilities#agreed}
 * @param database empty for none
 * @param plugin how {@code proof} was made; empty when the client does not say
 * @param attributes key and value pairs as they came, each length-encoded
 */
public record LoginRequest(
        int capabilities,
        int maxPacketBytes,
        int collation,
        String user,
        byte[] proof,
        String database,
        String plugin,
        byte[] attributes) {

    /** The head that Protocol::SSLRequest is all of. */
    private static final int HEAD_BYTES = 32;

    /** Whether the payload is the short form that asks for TLS. */
    public static boolean asksForTls(ByteBuf payload) {
        return payload.readableBytes() == HEAD_BYTES
                && Capabilities.has(payload.getIntLE(payload.readerIndex()), Capabilities.SSL);
    }

    /** Its payload, up to where TLS begins. */
    byte[] encodeTlsRequest() {
        ByteBuf out = Unpooled.buffer();
        head(out, capabilities | Capabilities.SSL);
        return Packets.drain(out);
    }

    /** Its payload. */
    public byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        head(out, capabilities);
        Packets.writeNul(out, user);
        if (has(Capabilities.PLUGIN_AUTH_LENENC)) {
            Packets.writeLenenc(out, proof.length);
        } else {
            out.writeByte(proof.length);
        }
        out.writeBytes(proof);
        if (has(Capabilities.CONNECT_WITH_DB)) {
            Packets.writeNul(out, database);
        }
        if (has(Capabilities.PLUGIN_AUTH)) {
            Packets.writeNul(out, plugin);
        }
        if (has(Capabilities.CONNECT_ATTRS)) {
            Packets.writeLenenc(out, attributes.length);
            out.writeBytes(attributes);
        }
        return Packets.drain(out);
    }

    /** @throws MalformedPacketException when it is none, or one of a client older than protocol 4.1 */
    public static LoginRequest decode(ByteBuf payload) {
        PayloadReader in = PayloadReader.of(payload);
        int capabilities = in.i32();
        if (!Capabilities.has(capabilities, Capabilities.PROTOCOL_41)) {
            throw new MalformedPacketException("a client of protocol 4.1 was expected");
        }
        int maxPacketBytes = in.i32();
        int collation = in.u8();
        in.skip(23);
        String user = in.nulText();
        byte[] proof;
        if (Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH_LENENC)) {
            proof = in.lenencBytes();
        } else if (Capabilities.has(capabilities, Capabilities.SECURE_CONNECTION)) {
            proof = in.bytes(in.u8());
        } else {
            proof = in.nulText().getBytes(StandardCharsets.UTF_8);
        }
        String database =
                Capabilities.has(capabilities, Capabilities.CONNECT_WITH_DB) && in.remaining() > 0 ? in.nulText() : "";
        String plugin =
                Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH) && in.remaining() > 0 ? in.nulText() : "";
        byte[] attributes = Capabilities.has(capabilities, Capabilities.CONNECT_ATTRS) && in.remaining() > 0
                ? in.lenencBytes()
                : new byte[0];
        return new LoginRequest(capabilities, maxPacketBytes, collation, user, proof, database, plugin, attributes);
    }

    /** The same, claiming nothing but what was {@code offered}. */
    public LoginRequest within(int offered) {
        return new LoginRequest(
                capabilities & offered, maxPacketBytes, collation, user, proof, database, plugin, attributes);
    }

    /** The value of the connection attribute {@code name}. */
    public Optional<String> attribute(String name) {
        PayloadReader in = PayloadReader.of(Unpooled.wrappedBuffer(attributes));
        while (in.remaining() > 0) {
            String key = in.lenencText();
            String value = in.lenencText();
            if (key.equals(name)) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private void head(ByteBuf out, int flags) {
        out.writeIntLE(flags).writeIntLE(maxPacketBytes).writeByte(collation).writeZero(23);
    }

    private boolean has(int flag) {
        return Capabilities.has(capabilities, flag);
    }

    /** Without the proof: it is nothing to show. */
    @Override
    public String toString() {
        return "LoginRequest[user=" + user + ", database=" + database + ", plugin=" + plugin + "]";
    }
}
