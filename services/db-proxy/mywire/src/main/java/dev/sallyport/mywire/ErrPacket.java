package dev.sallyport.mywire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * ERR_Packet.
 *
 * @param code the server's number, 1 to 65535
 * @param sqlState five characters
 * @param message for people
 */
public record ErrPacket(int code, String sqlState, String message) {

    static final int HEADER = 0xFF;

    /** Where MySQL itself cuts its messages. */
    private static final int MAX_MESSAGE_BYTES = 2048;

    public ErrPacket {
        if (sqlState.length() != 5) {
            throw new IllegalArgumentException("an SQLSTATE has five characters");
        }
    }

    /** Its payload. */
    public byte[] encode() {
        ByteBuf out = Unpooled.buffer();
        byte[] text = message.getBytes(UTF_8);
        out.writeByte(HEADER).writeShortLE(code).writeByte('#').writeBytes(sqlState.getBytes(UTF_8));
        out.writeBytes(text, 0, Math.min(text.length, MAX_MESSAGE_BYTES));
        return Packets.drain(out);
    }

    static ErrPacket decode(PayloadReader in) {
        in.skip(1);
        int code = in.u16();
        String rest = in.restText();
        // Before the login is through, and from very old servers, there is no SQLSTATE.
        return rest.startsWith("#") && rest.length() >= 6
                ? new ErrPacket(code, rest.substring(1, 6), rest.substring(6))
                : new ErrPacket(code, "HY000", rest);
    }
}
