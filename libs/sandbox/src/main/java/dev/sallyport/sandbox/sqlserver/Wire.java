package dev.sallyport.sandbox.sqlserver;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the values that a message is made of ([MS-TDS] 2.2.5): little-endian numbers, UTF-16 texts. */
final class Wire {

    private static final int NULL_LENGTH = 0xFFFF;

    private final ByteBuffer bytes;

    Wire(byte[] message) {
        this.bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    /** All that is left. */
    byte[] rest() throws IOException {
        return read(bytes.remaining());
    }

    void skip(int count) throws IOException {
        read(count);
    }

    int u8() throws IOException {
        return read(1)[0] & 0xFF;
    }

    int u16() throws IOException {
        return u8() | u8() << 8;
    }

    int i32() throws IOException {
        return u16() | u16() << 16;
    }

    long i64() throws IOException {
        return i32() & 0xFFFFFFFFL | (long) i32() << 32;
    }

    String text(int characters) throws IOException {
        return new String(read(2 * characters), StandardCharsets.UTF_16LE);
    }

    byte[] read(int count) throws IOException {
        try {
            byte[] taken = new byte[count];
            bytes.get(taken);
            return taken;
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new IOException("the message ends too early", e);
        }
    }

    /** A parameter's value with its type in front ([MS-TDS] 2.2.5.4 to 2.2.5.6): integers, bits and texts only. */
    @Nullable Object typedValue() throws IOException {
        int type = u8();
        return switch (type) {
            case 0x26, 0x68 -> {
                skip(1);
                yield number(u8());
            }
            case 0xE7, 0xEF -> characters(StandardCharsets.UTF_16LE);
            case 0xA7, 0xAF -> characters(StandardCharsets.US_ASCII);
            default ->
                throw new IOException("a parameter of type 0x" + Integer.toHexString(type) + " is not known here");
        };
    }

    private @Nullable Object number(int length) throws IOException {
        return switch (length) {
            case 0 -> null;
            case 1 -> u8();
            case 2 -> u16();
            case 4 -> i32();
            case 8 -> Math.toIntExact(i64());
            default -> throw new IOException("an integer of " + length + " bytes");
        };
    }

    private @Nullable String characters(java.nio.charset.Charset charset) throws IOException {
        int maximum = u16();
        skip(5);
        if (maximum == NULL_LENGTH) {
            return partlyLengthPrefixed(charset);
        }
        int length = u16();
        return length == NULL_LENGTH ? null : new String(read(length), charset);
    }

    /** PLP ([MS-TDS] 2.2.5.2.3): a total length, chunks, an empty one. */
    private @Nullable String partlyLengthPrefixed(java.nio.charset.Charset charset) throws IOException {
        if (i64() == -1L) {
            return null;
        }
        java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
        for (int length = i32(); length > 0; length = i32()) {
            all.writeBytes(read(length));
        }
        return all.toString(charset);
    }
}
