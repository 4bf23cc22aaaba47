package dev.sallyport.mywire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Protocol::HandshakeV10, the server's first packet.
 *
 * @param nonce 20 bytes, none of them zero
 * @param collation the server's default, one byte of it
 * @param plugin how the server would like to see the password proved
 */
public record Greeting(
        String version, int connectionId, byte[] nonce, int capabilities, int collation, int status, String plugin) {

    public static final int NONCE_BYTES = 20;

    private static final int PROTOCOL_VERSION = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Fresh random bytes that no client takes for the end of a text. */
    public static byte[] newNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        for (int i = 0; i < nonce.length; i++) {
            nonce[i] = (byte) (1 + RANDOM.nextInt(127));
        }
        return nonce;
    }

    /** Its payload. */
    public byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(PROTOCOL_VERSION);
        Packets.writeNul(out, version);
        out.writeIntLE(connectionId).writeBytes(nonce, 0, 8).writeByte(0).writeShortLE(capabilities);
        out.writeByte(collation).writeShortLE(status).writeShortLE(capabilities >>> 16);
        out.writeByte(NONCE_BYTES + 1).writeZero(10).writeBytes(nonce, 8, 12).writeByte(0);
        Packets.writeNul(out, plugin);
        return Packets.drain(out);
    }

    /** @throws MalformedPacketException when it is no version 10 greeting of a server that proves passwords by a nonce */
    public static Greeting decode(ByteBuf payload) {
        PayloadReader in = PayloadReader.of(payload);
        if (in.u8() != PROTOCOL_VERSION) {
            throw new MalformedPacketException("a greeting of protocol version 10 was expected");
        }
        String version = in.nulText();
        int connectionId = in.i32();
        byte[] nonce = Arrays.copyOf(in.bytes(8), NONCE_BYTES);
        in.skip(1);
        int low = in.u16();
        int collation = in.u8();
        int status = in.u16();
        int capabilities = low | in.u16() << 16;
        int nonceLength = in.u8();
        in.skip(10);
        int second = Math.max(13, nonceLength - 8);
        byte[] rest = in.bytes(Math.min(second, in.remaining()));
        if (rest.length < NONCE_BYTES - 8) {
            throw new MalformedPacketException("a nonce of 20 bytes was expected");
        }
        System.arraycopy(rest, 0, nonce, 8, NONCE_BYTES - 8);
        String plugin = Capabilities.has(capabilities, Capabilities.PLUGIN_AUTH)
                ? new String(in.rest(), US_ASCII).replace("\0", "")
                : Scrambles.NATIVE;
        return new Greeting(version, connectionId, nonce, capabilities, collation, status, plugin);
    }
}
