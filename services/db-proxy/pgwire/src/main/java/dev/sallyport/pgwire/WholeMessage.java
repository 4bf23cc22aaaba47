package dev.sallyport.pgwire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small message, whole: for the login, before anything is relayed.
 *
 * @param body a view into the buffer that it was read from
 */
public record WholeMessage(byte type, ByteBuf body) {

    private static final int HEADER_BYTES = 5;

    /**
     * Reads the message at the reader index of {@code in} and moves the index behind it; empty, and nothing is moved, as long
     * as it is not there whole.
     *
     * @throws PgWireException when its body is longer than {@code maxBodyBytes}
     */
    public static Optional<WholeMessage> read(ByteBuf in, int maxBodyBytes) {
        if (in.readableBytes() < HEADER_BYTES) {
            return Optional.empty();
        }
        int start = in.readerIndex();
        byte type = in.getByte(start);
        int body = in.getInt(start + 1) - 4;
        if (body < 0 || body > maxBodyBytes) {
            throw PgWireException.violation("invalid length of a message of type " + Messages.name(type));
        }
        if (in.readableBytes() < HEADER_BYTES + body) {
            return Optional.empty();
        }
        in.skipBytes(HEADER_BYTES);
        return Optional.of(new WholeMessage(type, in.readSlice(body)));
    }

    /** The next string of the body. */
    public String readCString() {
        int length = body.bytesBefore((byte) 0);
        if (length < 0) {
            throw malformed();
        }
        String text = body.readCharSequence(length, StandardCharsets.UTF_8).toString();
        body.skipBytes(1);
        return text;
    }

    /** The next strings of the body, up to an empty one. */
    public List<String> readCStrings() {
        List<String> texts = new ArrayList<>();
        for (String text = readCString(); !text.isEmpty(); text = readCString()) {
            texts.add(text);
        }
        return texts;
    }

    /** The next number of the body. */
    public int readInt() {
        if (body.readableBytes() < 4) {
            throw malformed();
        }
        return body.readInt();
    }

    /** The next {@code length} bytes of the body. */
    public byte[] readBytes(int length) {
        if (length < 0 || body.readableBytes() < length) {
            throw malformed();
        }
        byte[] bytes = new byte[length];
        body.readBytes(bytes);
        return bytes;
    }

    /** What is left of the body. */
    public byte[] readRest() {
        return readBytes(body.readableBytes());
    }

    private PgWireException malformed() {
        return PgWireException.violation("malformed message of type " + Messages.name(type));
    }
}
