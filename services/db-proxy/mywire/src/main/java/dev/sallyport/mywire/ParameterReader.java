package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the parameters of a COM_STMT_EXECUTE, or the attributes of a COM_QUERY, as the bytes come, cut anywhere. Of a long
 * value only the beginning is kept.
 *
 * <pre>
 *  execution   flags, iterations ─▶ [count] ─▶ null bitmap ─▶ new-params-bound ─▶ types ─▶ values
 *  with query attributes, and in a query                             ─▶ (type, name) of each ─▶ values
 * </pre>
 *
 * <p>The count is there with query attributes only: an execution may then have more values than its statement has parameters.
 */
final class ParameterReader {

    /** Who is told of each parameter. */
    interface Sink {
        void parameter(@Nullable String name, String type, @Nullable CharSequence value);
    }

    /** What is kept of one value. With the note of its length it stays below what the audit keeps of a parameter. */
    static final int MAX_KEPT_BYTES = 16 * 1024 - 64;

    /** The names of one statement's parameters together. */
    static final int MAX_NAMES_BYTES = 16 * 1024;

    /** As many as a statement can have. */
    private static final int MAX_PARAMETERS = 0xFFFF;

    /** Flags and iterations of an execution. */
    private static final int FLAGS_BYTES = 5;

    private static final int COUNT_AVAILABLE = 0x08;

    private enum Part {
        FLAGS,
        COUNT,
        BITMAP,
        BOUND,
        TYPES,
        TYPE,
        NAME_LENGTH,
        NAME,
        LENGTH,
        VALUE,
        DONE
    }

    private final Sink sink;
    private final Charset charset;
    private final PreparedStatement statement;
    private final boolean named;
    private final int keptBytes;
    private final ByteBuf field = Unpooled.buffer(64);
    private int count;
    private byte[] nulls = new byte[0];
    private byte[] types = new byte[0];
    private @Nullable IntObjectMap<String> names;
    private int namesBytes;
    private Part part;
    private long wanted;
    private long valueBytes;
    /** The one whose type, and later the one whose value is read. */
    private int parameter;

    private ParameterReader(
            Sink sink, Charset charset, PreparedStatement statement, boolean named, int keptBytes, Part first) {
        this.sink = sink;
        this.charset = charset;
        this.statement = statement;
        this.named = named;
        this.keptBytes = keptBytes;
        this.count = statement.parameters;
        this.part = first;
        this.wanted = first == Part.FLAGS ? FLAGS_BYTES : bitmapBytes();
    }

    /**
     * Of an execution, behind its statement's id.
     *
     * @param named whether query attributes were agreed on
     */
    static ParameterReader ofExecution(Sink sink, Charset charset, PreparedStatement statement, boolean named) {
        return new ParameterReader(sink, charset, statement, named, MAX_KEPT_BYTES, Part.FLAGS);
    }

    /** Of the attributes of a query, behind their counts. They are bound anew each time, as if to a statement of its own. */
    static ParameterReader ofQuery(Sink sink, Charset charset, int count) {
        PreparedStatement own = new PreparedStatement(new byte[0], count);
        return new ParameterReader(sink, charset, own, true, QueryAttributes.MAX_KEPT_BYTES, Part.BITMAP);
    }

    /** The next piece of the payload. @return where in {@code in} what is not the parameters' begins */
    int read(ByteBuf in, int from, int length) {
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
        return at;
    }

    /** The packet has ended. */
    void end() {
        boolean none = part == Part.FLAGS && statement.parameters == 0;
        if (part != Part.DONE && !none) {
            throw new MalformedPacketException("a value for each parameter was expected");
        }
    }

    private void keep(ByteBuf in, int at, int taken) {
        int room = part == Part.VALUE ? keptBytes - field.readableBytes() : taken;
        field.writeBytes(in, at, Math.min(taken, room));
    }

    private void complete() {
        switch (part) {
            case FLAGS -> {
                boolean counted = count > 0 || (field.getByte(0) & COUNT_AVAILABLE) != 0;
                if (named && counted) {
                    next(Part.COUNT, 1);
                } else {
                    bitmap();
                }
            }
            case COUNT -> {
                if (lenencIsWhole()) {
                    count(lenenc());
                }
            }
            case BITMAP -> {
                nulls = taken();
                next(Part.BOUND, 1);
            }
            case BOUND -> bound(field.getByte(0) == 1);
            case TYPES -> {
                types = taken();
                allBound();
            }
            case TYPE -> {
                field.getBytes(0, types, 2 * parameter, 2);
                next(Part.NAME_LENGTH, 1);
            }
            case NAME_LENGTH -> {
                if (lenencIsWhole()) {
                    name(lenenc());
                }
            }
            case NAME -> {
                if (field.isReadable()) {
                    names = names == null ? new IntObjectHashMap<>() : names;
                    names.put(parameter, field.toString(charset));
                }
                parameter++;
                nextType();
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

    private void count(long all) {
        if (all < statement.parameters || all > MAX_PARAMETERS) {
            throw new MalformedPacketException("a value for each parameter was expected, and at most 65535 of them");
        }
        count = (int) all;
        bitmap();
    }

    private void bitmap() {
        next(count == 0 ? Part.DONE : Part.BITMAP, bitmapBytes());
    }

    private int bitmapBytes() {
        return (count + 7) / 8;
    }

    /** @param anew whether types follow; else those of the execution before are meant */
    private void bound(boolean anew) {
        if (!anew) {
            types = statement.types;
            names = statement.names;
            if (types.length < 2 * count) {
                throw new MalformedPacketException("types for the parameters were expected");
            }
            begin();
        } else if (named) {
            types = new byte[2 * count];
            nextType();
        } else {
            next(Part.TYPES, 2L * count);
        }
    }

    private void nextType() {
        if (parameter < count) {
            next(Part.TYPE, 2);
        } else {
            allBound();
        }
    }

    private void name(long bytes) {
        namesBytes += (int) Math.min(bytes, MAX_NAMES_BYTES + 1);
        if (namesBytes > MAX_NAMES_BYTES) {
            throw new MalformedPacketException("names of at most " + MAX_NAMES_BYTES + " bytes were expected");
        }
        next(Part.NAME, bytes);
    }

    private void allBound() {
        statement.types = types;
        statement.names = names;
        parameter = 0;
        begin();
    }

    /** Begins the next parameter that has a value here; tells of those that have none on the way. */
    private void begin() {
        while (parameter < count) {
            PreparedStatement.LongData ahead = statement.sentAhead(parameter);
            if (ahead != null) {
                emit(ahead.kept, ahead.bytes);
            } else if (isNull()) {
                sink.parameter(name(), ParameterType.name(type(), flags()), null);
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
        if (ParameterType.fixedBytes(type()) == ParameterType.ONE_BYTE_LENGTH) {
            value(field.getUnsignedByte(0));
        } else if (lenencIsWhole()) {
            value(lenenc());
        }
    }

    /** Whether the field holds a whole length-encoded integer; asks for the rest of it otherwise. */
    private boolean lenencIsWhole() {
        int more = switch (field.getUnsignedByte(0)) {
            case 0xFC -> 2;
            case 0xFD -> 3;
            case 0xFE -> 8;
            default -> 0;
        };
        wanted = field.readableBytes() <= more ? more : 0;
        return wanted == 0;
    }

    private long lenenc() {
        long value = new PayloadReader().set(field, 0, field.writerIndex()).lenenc();
        if (value < 0) {
            throw new MalformedPacketException("a length of less than 2⁶³ was expected");
        }
        return value;
    }

    private void value(long bytes) {
        if (bytes > 0xFFFF_FFFFL) {
            throw new MalformedPacketException("a value of at most 4 GiB was expected");
        }
        valueBytes = bytes;
        next(Part.VALUE, bytes);
    }

    private void emit(ByteBuf kept, long bytes) {
        sink.parameter(
                name(), ParameterType.name(type(), flags()), ParameterType.text(type(), flags(), kept, bytes, charset));
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

    private @Nullable String name() {
        return names == null ? null : names.get(parameter);
    }

    private int type() {
        return types[2 * parameter] & 0xFF;
    }

    private int flags() {
        return types[2 * parameter + 1] & 0xFF;
    }
}
