package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/** The types of binary parameters (MySQL internals, "Binary Protocol Value"): how long each is, and what it says. */
final class ParameterType {

    static final int NULL = 0x06;

    /** {@link #fixedBytes} of a value whose first byte says how long the rest is. */
    static final int ONE_BYTE_LENGTH = -1;

    /** {@link #fixedBytes} of a length-encoded value. */
    static final int LENENC = -2;

    private static final int UNSIGNED = 0x80;

    private ParameterType() {}

    static int fixedBytes(int type) {
        return switch (type) {
            case NULL -> 0;
            case 0x01 -> 1;
            case 0x02, 0x0D -> 2;
            case 0x03, 0x09, 0x04 -> 4;
            case 0x08, 0x05 -> 8;
            case 0x07, 0x0A, 0x0B, 0x0C -> ONE_BYTE_LENGTH;
            case 0x00, 0x0E, 0x0F, 0x10, 0xF2, 0xF5, 0xF6, 0xF7, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF ->
                LENENC;
            default -> throw new MalformedPacketException("a known parameter type was expected");
        };
    }

    static String name(int type, int flags) {
        String name = switch (type) {
            case 0x00, 0xF6 -> "decimal";
            case 0x01 -> "tinyint";
            case 0x02 -> "smallint";
            case 0x03 -> "int";
            case 0x04 -> "float";
            case 0x05 -> "double";
            case NULL -> "null";
            case 0x07 -> "timestamp";
            case 0x08 -> "bigint";
            case 0x09 -> "mediumint";
            case 0x0A, 0x0E -> "date";
            case 0x0B -> "time";
            case 0x0C -> "datetime";
            case 0x0D -> "year";
            case 0x0F, 0xFD -> "varchar";
            case 0xFE -> "char";
            case 0x10 -> "bit";
            case 0xF5 -> "json";
            case 0xF7 -> "enum";
            case 0xF8 -> "set";
            case 0xF9 -> "tinyblob";
            case 0xFA -> "mediumblob";
            case 0xFB -> "longblob";
            case 0xFC -> "blob";
            case 0xFF -> "geometry";
            default -> Integer.toString(type);
        };
        return (flags & UNSIGNED) != 0 && fixedBytes(type) > 0 ? name + " unsigned" : name;
    }

    /**
     * A value as text.
     *
     * @param value its bytes, as many as are kept, without any length
     * @param bytes how many there were
     */
    static String text(int type, int flags, ByteBuf value, long bytes, Charset charset) {
        boolean unsigned = (flags & UNSIGNED) != 0;
        int at = value.readerIndex();
        return switch (type) {
            case 0x01 -> Integer.toString(unsigned ? value.getUnsignedByte(at) : value.getByte(at));
            case 0x02, 0x0D -> Integer.toString(unsigned ? value.getUnsignedShortLE(at) : value.getShortLE(at));
            case 0x03, 0x09 -> Long.toString(unsigned ? value.getUnsignedIntLE(at) : value.getIntLE(at));
            case 0x08 -> unsigned ? Long.toUnsignedString(value.getLongLE(at)) : Long.toString(value.getLongLE(at));
            case 0x04 -> Float.toString(value.getFloatLE(at));
            case 0x05 -> Double.toString(value.getDoubleLE(at));
            case 0x07, 0x0A, 0x0C -> moment(value, type == 0x0A);
            case 0x0B -> time(value);
            case 0x10 -> bits(value);
            default -> characters(value, bytes, charset);
        };
    }

    private static String moment(ByteBuf value, boolean dateOnly) {
        int length = value.readableBytes();
        if (length != 0 && length != 4 && length != 7 && length != 11) {
            throw new MalformedPacketException("a date of 0, 4, 7 or 11 bytes was expected");
        }
        int at = value.readerIndex();
        String date = length == 0
                ? "0000-00-00"
                : "%04d-%02d-%02d"
                        .formatted(value.getUnsignedShortLE(at), value.getByte(at + 2), value.getByte(at + 3));
        if (dateOnly && length <= 4) {
            return date;
        }
        return date + " " + (length < 7 ? "00:00:00" : clock(value, at + 4, value.getByte(at + 4), length == 11));
    }

    private static String time(ByteBuf value) {
        int length = value.readableBytes();
        if (length != 0 && length != 8 && length != 12) {
            throw new MalformedPacketException("a time of 0, 8 or 12 bytes was expected");
        }
        if (length == 0) {
            return "00:00:00";
        }
        int at = value.readerIndex();
        long hours = value.getUnsignedIntLE(at + 1) * 24 + value.getByte(at + 5);
        return (value.getByte(at) == 0 ? "" : "-") + clock(value, at + 5, hours, length == 12);
    }

    private static String clock(ByteBuf value, int at, long hours, boolean micros) {
        String text = "%02d:%02d:%02d".formatted(hours, value.getByte(at + 1), value.getByte(at + 2));
        return micros ? text + ".%06d".formatted(value.getUnsignedIntLE(at + 3)) : text;
    }

    private static String bits(ByteBuf value) {
        return value.readableBytes() > 8 ? hex(value, 8) : new BigInteger(1, ByteBufUtil.getBytes(value)).toString();
    }

    /** Text where it is text, hexadecimal where it is not; the rest of a long one is replaced by its length. */
    private static String characters(ByteBuf value, long bytes, Charset charset) {
        int kept = value.readableBytes();
        String text = decoded(value, kept, charset);
        // The cut may be within a character.
        for (int less = 1; bytes > kept && text == null && less < 4 && less < kept; less++) {
            text = decoded(value, kept - less, charset);
        }
        if (text == null) {
            text = hex(value, Math.min(kept, ParameterReader.MAX_KEPT_BYTES / 2 - 32));
            return bytes * 2 + 2 > text.length() ? text + "… (" + bytes + " bytes)" : text;
        }
        return bytes > kept ? text + "… (" + bytes + " bytes)" : text;
    }

    private static @org.jspecify.annotations.Nullable String decoded(ByteBuf value, int length, Charset charset) {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(value.nioBuffer(value.readerIndex(), length))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    private static String hex(ByteBuf value, int length) {
        return "0x" + ByteBufUtil.hexDump(value, value.readerIndex(), length);
    }
}
