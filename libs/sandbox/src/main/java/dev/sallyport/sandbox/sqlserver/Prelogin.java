package dev.sallyport.sandbox.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The first message of both sides ([MS-TDS] 2.2.6.5): versions, and whether there will be TLS. */
final class Prelogin {

    /** The values of the option ENCRYPTION. */
    static final int ENCRYPT_OFF = 0;

    static final int ENCRYPT_ON = 1;
    static final int ENCRYPT_NOT_SUP = 2;
    static final int ENCRYPT_REQ = 3;

    private static final int VERSION = 0;
    private static final int ENCRYPTION = 1;
    private static final int TERMINATOR = 0xFF;
    private static final int OPTION_BYTES = 5;

    /** SQL Server 2022, as the token LOGINACK says too. */
    private static final byte[] SERVER_VERSION = {16, 0, 0x03, (byte) 0xE8, 0, 0};

    /** What the client says about encryption; nothing counts as "not supported". */
    static int encryption(byte[] message) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(message);
        for (int at = 0; at < message.length && (message[at] & 0xFF) != TERMINATOR; at += OPTION_BYTES) {
            if (at + OPTION_BYTES > message.length) {
                throw new IOException("a PRELOGIN message ends too early");
            }
            int offset = Short.toUnsignedInt(in.getShort(at + 1));
            if (message[at] == ENCRYPTION && offset < message.length) {
                return message[offset];
            }
        }
        return ENCRYPT_NOT_SUP;
    }

    static byte[] answer(int encryption) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int offset = 2 * OPTION_BYTES + 1;
        out.writeBytes(option(VERSION, offset, SERVER_VERSION.length));
        out.writeBytes(option(ENCRYPTION, offset + SERVER_VERSION.length, 1));
        out.write(TERMINATOR);
        out.writeBytes(SERVER_VERSION);
        out.write(encryption);
        return out.toByteArray();
    }

    private static byte[] option(int token, int offset, int length) {
        return new byte[] {(byte) token, 0, (byte) offset, 0, (byte) length};
    }

    private Prelogin() {}
}
