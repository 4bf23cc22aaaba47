package dev.sallyport.proxy.audit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes one record into an array that is used again. Big-endian; texts are length, 4 bytes, and UTF-8; a null has length -1. */
final class RecordWriter {

    /** An array larger than this is not kept for the next record. */
    private static final int KEPT_BYTES = 4 * 1024;

    private byte[] bytes = new byte[256];
    private int length;

    RecordWriter begin(byte type, long session) {
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[256];
        }
        length = 0;
        return u8(type).u64(session);
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    RecordWriter u8(int value) {
        grow(1);
        bytes[length++] = (byte) value;
        return this;
    }

    RecordWriter u32(int value) {
        grow(4);
        set32(length, value);
        length += 4;
        return this;
    }

    RecordWriter u64(long value) {
        return u32((int) (value >>> 32)).u32((int) value);
    }

    RecordWriter text(@Nullable CharSequence value) {
        if (value == null) {
            return u32(-1);
        }
        byte[] utf8 = value.toString().getBytes(StandardCharsets.UTF_8);
        u32(utf8.length);
        grow(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    /** {@code count} bytes of {@code from}, from {@code index} on, with no length before them. */
    RecordWriter raw(ByteBuf from, int index, int count) {
        grow(count);
        from.getBytes(index, bytes, length, count);
        length += count;
        return this;
    }

    /** Writes over what was written at {@code at}. */
    void set32(int at, int value) {
        bytes[at] = (byte) (value >>> 24);
        bytes[at + 1] = (byte) (value >>> 16);
        bytes[at + 2] = (byte) (value >>> 8);
        bytes[at + 3] = (byte) value;
    }

    void set8(int at, int value) {
        bytes[at] = (byte) value;
    }

    private void grow(int by) {
        if (length + by > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + by, bytes.length * 2));
        }
    }

    /** Upper bound of what {@link #text} takes. */
    static int room(@Nullable CharSequence value) {
        return value == null ? 4 : 4 + ByteBufUtil.utf8MaxBytes(value);
    }
}
