package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one payload in place (MySQL internals, "Protocol Basics: Data Types"). It is set anew for each payload
 * and never moves the buffer's own indexes.
 */
final class PayloadReader {

    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int index;
    private int limit;

    static PayloadReader of(ByteBuf payload) {
        return new PayloadReader().set(payload, payload.readerIndex(), payload.writerIndex());
    }

    PayloadReader set(ByteBuf in, int from, int to) {
        buffer = in;
        index = from;
        limit = to;
        return this;
    }

    int remaining() {
        return limit - index;
    }

    int index() {
        return index;
    }

    void skip(int bytes) {
        index += need(bytes);
    }

    int u8() {
        need(1);
        return buffer.getUnsignedByte(index++);
    }

    int u16() {
        need(2);
        index += 2;
        return buffer.getUnsignedShortLE(index - 2);
    }

    int i32() {
        need(4);
        index += 4;
        return buffer.getIntLE(index - 4);
    }

    long i64() {
        need(8);
        index += 8;
        return buffer.getLongLE(index - 8);
    }

    int u24() {
        need(3);
        index += 3;
        return buffer.getUnsignedMediumLE(index - 3);
    }

    /** A length-encoded integer; negative only when the server counts beyond 2⁶³. */
    long lenenc() {
        int first = u8();
        return switch (first) {
            case 0xFC -> u16();
            case 0xFD -> u24();
            case 0xFE -> i64();
            case 0xFB, 0xFF -> throw new MalformedPacketException("a length-encoded integer was expected");
            default -> first;
        };
    }

    void skipLenencInteger() {
        lenenc();
    }

    byte[] lenencBytes() {
        return bytes(length(lenenc()));
    }

    String lenencText() {
        return new String(lenencBytes(), StandardCharsets.UTF_8);
    }

    /** Skips a length-encoded string. */
    void skipLenenc() {
        skip(length(lenenc()));
    }

    byte[] bytes(int length) {
        byte[] read = new byte[need(length)];
        buffer.getBytes(index, read);
        index += length;
        return read;
    }

    byte[] rest() {
        return bytes(remaining());
    }

    String restText() {
        return new String(rest(), StandardCharsets.UTF_8);
    }

    String nulText() {
        int end = buffer.indexOf(index, limit, (byte) 0);
        if (end < 0) {
            throw new MalformedPacketException("a text that ends with a zero byte was expected");
        }
        String text = new String(bytes(end - index), StandardCharsets.UTF_8);
        index++;
        return text;
    }

    private int length(long claimed) {
        if (claimed < 0 || claimed > remaining()) {
            throw new MalformedPacketException("a field is longer than its packet");
        }
        return (int) claimed;
    }

    private int need(int bytes) {
        if (bytes < 0 || bytes > limit - index) {
            throw new MalformedPacketException("the packet ends before its last field");
        }
        return bytes;
    }
}
