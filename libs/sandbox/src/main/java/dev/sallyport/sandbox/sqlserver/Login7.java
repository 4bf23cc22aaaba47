package dev.sallyport.sandbox.sqlserver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What a client logs in with ([MS-TDS] 2.2.6.4): a fixed part with offsets and lengths, then the texts.
 *
 * @param tdsVersion as the client sent it, for the answer
 * @param integrated whether it wants Windows authentication
 */
record Login7(int tdsVersion, int packetBytes, String user, String password, String database, boolean integrated) {

    private static final int FIXED_BYTES = 94;
    private static final int USER_AT = 40;
    private static final int PASSWORD_AT = 44;
    private static final int DATABASE_AT = 68;
    private static final int OPTION_FLAGS_2_AT = 25;
    private static final int INTEGRATED = 0x80;

    static Login7 read(byte[] message) throws IOException {
        if (message.length < FIXED_BYTES) {
            throw new IOException("a LOGIN7 message of " + message.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        return new Login7(
                in.getInt(4),
                in.getInt(8),
                new String(field(in, USER_AT), StandardCharsets.UTF_16LE),
                new String(clear(field(in, PASSWORD_AT)), StandardCharsets.UTF_16LE),
                new String(field(in, DATABASE_AT), StandardCharsets.UTF_16LE),
                (in.get(OPTION_FLAGS_2_AT) & INTEGRATED) != 0);
    }

    @Override
    public String toString() {
        return "Login7[" + user + "]";
    }

    private static byte[] field(ByteBuffer in, int at) throws IOException {
        int offset = Short.toUnsignedInt(in.getShort(at));
        int length = 2 * Short.toUnsignedInt(in.getShort(at + 2));
        if (offset + length > in.capacity()) {
            throw new IOException("a field of LOGIN7 lies outside the message");
        }
        byte[] field = new byte[length];
        in.get(offset, field);
        return field;
    }

    /** Each byte was turned by four bits, then mixed with 0xA5: no encryption, only hidden from a glance. */
    private static byte[] clear(byte[] hidden) {
        byte[] clear = new byte[hidden.length];
        for (int i = 0; i < hidden.length; i++) {
            int mixed = (hidden[i] ^ 0xA5) & 0xFF;
            clear[i] = (byte) (mixed << 4 | mixed >> 4);
        }
        return clear;
    }
}
