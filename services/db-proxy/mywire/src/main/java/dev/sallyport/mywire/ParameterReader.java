package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.Charset;
import java.util.Arrays;

/**
 * Decodes the parameters of a COM_STMT_EXECUTE as its bytes come, cut anywhere: behind the 9 bytes of command, id, flags and
 * count come {@code null bitmap, new-params-bound, types, values}. Of a long value only the beginning is kept.
 */
final class ParameterReader {

    /** What is kept of one value. With the note of its length it stays below what the audit keeps of a parameter. */
    static final int MAX_KEPT_BYTES = 16 * 1024 - 64;

    private enum Part {
        SKIPPED,
        BITMAP,
        BOUND,
        TYPES,
        LENGTH,
        VALUE,
        DONE
    }

    private final ConversationListener listener;
    private final Charset charset;
    private final PreparedStatement statement;
    private final ByteBuf field = Unpooled.buffer(64);
    private byte[] nulls = new byte[0];
    private Part part = Part.SKIPPED;
    private long wanted;
    private int parameter;

    /** @param skipped how many bytes come before the null bitmap */
    ParameterReader(ConversationListener listener, Charset charset, PreparedStatement statement, int skipped) {
        this.listener = listener;
        this.charset = charset;
        this.statement = statement;
        this.wanted = skipped;
    }

    /** The next piece of the payload. */
    void read(ByteBuf in, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end && part != Part.DONE) {
            int taken = (int) Math.min(wanted, end - at);
            keep(in, at, taken);
            at += taken;
            wanted -= taken;
            while (wanted == 0 && part != Part.DONE) {
                complete();
            }
        }
    }

    /** The packet has ended. */
    void end() {
        if (part != Part.DONE && !(statement.parameters == 0 && part != Part.VALUE)) {
            throw new MalformedPacketException("a value for each parameter was expected");
        }
    }

    private void keep(ByteBuf in, int at, int taken) {
        int room = part == Part.VALUE ? MAX_KEPT_BYTES - field.readableBytes() : taken;
        field.writeBytes(in, at, Math.min(taken, room));
    }

    private void complete() {
        switch (part) {
            case SKIPPED -> next(statement.parameters == 0 ? Part.DONE : Part.BITMAP, (statement.parameters + 7) / 8);
            case BITMAP -> {
                nulls = taken();
                next(Part.BOUND, 1);
            }
            case BOUND -> {
                if (field.getByte(0) == 1) {
                    next(Part.TYPES, 2L * statement.parameters);
                } else if (statement.types.length == 0) {
                    throw new MalformedPacketException("types for the parameters were expected");
                } else {
                    begin();
                }
            }
            case TYPES -> {
                statement.types = taken();
                begin();
            }
            case LENGTH -> length();
            case VALUE -> {
                emit(field, valueBytes);
                parameter++;
                begin();
            }
            case DONE -> throw new IllegalStateException("nothing is left to read");
        }
    }

    private long valueBytes;

    /** Begins the next parameter that has a value here; tells of those that have none on the way. */
    private void begin() {
        while (parameter < statement.parameters) {
            PreparedStatement.LongData ahead = statement.sentAhead(parameter);
            if (ahead != null) {
                emit(ahead.kept, ahead.bytes);
            } else if (isNull()) {
                listener.parameter(ParameterType.name(type(), flags()), null);
            } else {
                int fixed = ParameterType.fixedBytes(type());
                if (fixed < 0) {
                    next(Part.LENGTH, 1);
                } else {
                    value(fixed);
                }
                return;
            }
            parameter++;
        }
        next(Part.DONE, 0);
    }

    private void length() {
        int first = field.getUnsignedByte(0);
        if (ParameterType.fixedBytes(type()) == ParameterType.ONE_BYTE_LENGTH) {
            value(first);
            return;
        }
        int more = switch (first) {
            case 0xFC -> 2;
            case 0xFD -> 3;
            case 0xFE -> 8;
            default -> 0;
        };
        if (field.readableBytes() <= more) {
            wanted = more;
        } else {
            value(new PayloadReader().set(field, 0, field.writerIndex()).lenenc());
        }
    }

    private void value(long bytes) {
        if (bytes < 0 || bytes > 0xFFFF_FFFFL) {
            throw new MalformedPacketException("a value of at most 4 GiB was expected");
        }
        valueBytes = bytes;
        next(Part.VALUE, bytes);
    }

    private void emit(ByteBuf kept, long bytes) {
        listener.parameter(
                ParameterType.name(type(), flags()), ParameterType.text(type(), flags(), kept, bytes, charset));
    }

    private void next(Part following, long bytes) {
        field.clear();
        part = following;
        wanted = bytes;
    }

    private byte[] taken() {
        return Arrays.copyOf(field.array(), field.writerIndex());
    }

    private boolean isNull() {
        return type() == ParameterType.NULL || (nulls[parameter / 8] & 1 << parameter % 8) != 0;
    }

    private int type() {
        return statement.types[2 * parameter] & 0xFF;
    }

    private int flags() {
        return statement.types[2 * parameter + 1] & 0xFF;
    }
}
