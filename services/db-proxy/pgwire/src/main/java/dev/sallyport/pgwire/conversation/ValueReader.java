package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.PgWireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the elements of a message's body across any cuts: each method returns whether the element is whole now. */
final class ValueReader {

    private static final int FIRST_CAPACITY = 256;

    private @Nullable ByteBuf in;
    private int index;
    private int end;

    private int number;
    private int numberBytes;
    private @Nullable ByteBuf captured;
    private int bytesLeft = -1;

    /** Goes on with these bytes. */
    void offer(ByteBuf bytes, int from, int to) {
        in = bytes;
        index = from;
        end = to;
    }

    int index() {
        return index;
    }

    boolean readShort() {
        return readNumber(2);
    }

    boolean readInt() {
        return readNumber(4);
    }

    /** The number that was read; of two bytes, without a sign. */
    int number() {
        return number;
    }

    /** Reads up to a zero byte, and keeps the first {@code maxBytes}. */
    boolean readCString(int maxBytes) {
        ByteBuf bytes = bytes();
        ByteBuf kept = capture(maxBytes);
        int nul = index < end ? bytes.indexOf(index, end, (byte) 0) : -1;
        int stop = nul < 0 ? end : nul;
        kept.writeBytes(bytes, index, Math.min(stop - index, kept.maxWritableBytes()));
        index = nul < 0 ? end : nul + 1;
        return nul >= 0;
    }

    /** Reads {@code length} bytes, and keeps the first {@code maxBytes}. */
    boolean readBytes(int length, int maxBytes) {
        ByteBuf kept = capture(maxBytes);
        if (bytesLeft < 0) {
            bytesLeft = length;
        }
        int here = Math.min(bytesLeft, end - index);
        kept.writeBytes(bytes(), index, Math.min(here, kept.maxWritableBytes()));
        index += here;
        bytesLeft -= here;
        if (bytesLeft > 0) {
            return false;
        }
        bytesLeft = -1;
        return true;
    }

    /** What was kept, once. */
    ByteBuf take() {
        ByteBuf kept = captured;
        captured = null;
        return kept == null ? Unpooled.EMPTY_BUFFER : kept;
    }

    /** What was kept, once, as a name. */
    String takeName() {
        return take().toString(StandardCharsets.ISO_8859_1);
    }

    private ByteBuf capture(int maxBytes) {
        ByteBuf kept = captured;
        if (kept == null) {
            kept = Unpooled.buffer(Math.min(maxBytes, FIRST_CAPACITY), maxBytes);
            captured = kept;
        }
        return kept;
    }

    private boolean readNumber(int bytes) {
        if (numberBytes == 0) {
            number = 0;
        }
        while (numberBytes < bytes && index < end) {
            number = number << 8 | bytes().getByte(index++) & 0xff;
            numberBytes++;
        }
        if (numberBytes < bytes) {
            return false;
        }
        numberBytes = 0;
        return true;
    }

    private ByteBuf bytes() {
        ByteBuf bytes = in;
        if (bytes == null) {
            throw PgWireException.violation("there is nothing to read");
        }
        return bytes;
    }
}
