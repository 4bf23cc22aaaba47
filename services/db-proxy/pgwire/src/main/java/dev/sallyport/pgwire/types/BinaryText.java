package dev.sallyport.pgwire.types;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.Charset;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * Values in their type's binary form (the {@code send} functions of PostgreSQL's types), as text. What is not understood, or
 * is not whole, is given as {@code \x} and hexadecimal digits: never an error, since the value is the server's to judge.
 */
public final class BinaryText {

    private static final LocalDate EPOCH_DATE = LocalDate.of(2000, 1, 1);
    private static final LocalDateTime EPOCH = EPOCH_DATE.atStartOfDay();
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss[.SSSSSS]");
    private static final DateTimeFormatter WHOLE_TIME = DateTimeFormatter.ofPattern("HH:mm:ss");
    private static final BigInteger NUMERIC_BASE = BigInteger.valueOf(10_000);
    private static final int NUMERIC_HEADER_BYTES = 8;
    /** Longer ones are given in hexadecimal: making them readable would cost more than they are worth. */
    private static final int MAX_NUMERIC_DIGITS = 1024;

    private BinaryText() {}

    /** The value in all readable bytes of {@code in}, which is of the type {@code oid}. */
    public static String of(int oid, ByteBuf in, Charset charset) {
        int start = in.readerIndex();
        int length = in.readableBytes();
        try {
            return PgType.of(oid).map(type -> text(type, in, charset)).orElseGet(() -> hex(in, start, length));
        } catch (IndexOutOfBoundsException | DateTimeException | ArithmeticException e) {
            return hex(in, start, length);
        }
    }

    private static String text(PgType type, ByteBuf in, Charset charset) {
        return switch (type) {
            case TEXT, VARCHAR, BPCHAR, NAME, UNKNOWN, JSON, XML, CHAR -> in.toString(charset);
            case JSONB -> in.getByte(in.readerIndex()) == 1 ? in.skipBytes(1).toString(charset) : hex(in);
            case BYTEA -> hex(in);
            case BOOL -> sized(in, 1) ? (in.readByte() == 0 ? "false" : "true") : hex(in);
            case INT2 -> sized(in, 2) ? Short.toString(in.readShort()) : hex(in);
            case INT4 -> sized(in, 4) ? Integer.toString(in.readInt()) : hex(in);
            case INT8 -> sized(in, 8) ? Long.toString(in.readLong()) : hex(in);
            case OID -> sized(in, 4) ? Long.toString(in.readUnsignedInt()) : hex(in);
            case FLOAT4 -> sized(in, 4) ? Float.toString(in.readFloat()) : hex(in);
            case FLOAT8 -> sized(in, 8) ? Double.toString(in.readDouble()) : hex(in);
            case UUID -> sized(in, 16) ? new UUID(in.readLong(), in.readLong()).toString() : hex(in);
            case DATE -> sized(in, 4) ? date(in.readInt()) : hex(in);
            case TIME -> sized(in, 8) ? time(in.readLong()) : hex(in);
            case TIMETZ -> sized(in, 12) ? time(in.readLong()) + ZoneOffset.ofTotalSeconds(-in.readInt()) : hex(in);
            case TIMESTAMP -> sized(in, 8) ? timestamp(in.readLong(), "") : hex(in);
            case TIMESTAMPTZ -> sized(in, 8) ? timestamp(in.readLong(), "+00") : hex(in);
            case INTERVAL -> sized(in, 16) ? interval(in.readLong(), in.readInt(), in.readInt()) : hex(in);
            case NUMERIC -> in.readableBytes() >= NUMERIC_HEADER_BYTES ? numeric(in) : hex(in);
        };
    }

    private static boolean sized(ByteBuf in, int bytes) {
        return in.readableBytes() == bytes;
    }

    private static String hex(ByteBuf in) {
        return hex(in, in.readerIndex(), in.readableBytes());
    }

    private static String hex(ByteBuf in, int index, int length) {
        return "\\x" + ByteBufUtil.hexDump(in, index, length);
    }

    private static String date(int days) {
        return switch (days) {
            case Integer.MAX_VALUE -> "infinity";
            case Integer.MIN_VALUE -> "-infinity";
            default -> EPOCH_DATE.plusDays(days).toString();
        };
    }

    private static String time(long micros) {
        return format(LocalTime.ofNanoOfDay(Math.multiplyExact(micros, 1000L)));
    }

    private static String timestamp(long micros, String zone) {
        if (micros == Long.MAX_VALUE) {
            return "infinity";
        }
        if (micros == Long.MIN_VALUE) {
            return "-infinity";
        }
        LocalDateTime at = EPOCH.plus(micros, ChronoUnit.MICROS);
        return at.toLocalDate() + " " + format(at.toLocalTime()) + zone;
    }

    private static String format(LocalTime time) {
        return time.getNano() == 0 ? WHOLE_TIME.format(time) : TIME.format(time);
    }

    private static String interval(long micros, int days, int months) {
        return months + " mons " + days + " days "
                + BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString() + " secs";
    }

    /** Digits to the base of 10,000, the first worth {@code 10000^weight}. */
    private static String numeric(ByteBuf in) {
        int start = in.readerIndex();
        int length = in.readableBytes();
        int digits = in.readUnsignedShort();
        int weight = in.readShort();
        int sign = in.readUnsignedShort();
        int scale = in.readUnsignedShort() & 0x3fff;
        switch (sign) {
            case 0xC000:
                return "NaN";
            case 0xD000:
                return "Infinity";
            case 0xF000:
                return "-Infinity";
            default:
        }
        if (in.readableBytes() != digits * 2 || digits > MAX_NUMERIC_DIGITS || Math.abs(weight) > MAX_NUMERIC_DIGITS) {
            return hex(in, start, length);
        }
        BigInteger unscaled = BigInteger.ZERO;
        for (int i = 0; i < digits; i++) {
            unscaled = unscaled.multiply(NUMERIC_BASE).add(BigInteger.valueOf(in.readUnsignedShort()));
        }
        BigDecimal value = new BigDecimal(unscaled).scaleByPowerOfTen(4 * (weight - digits + 1));
        return (sign == 0x4000 ? value.negate() : value)
                .setScale(scale, RoundingMode.DOWN)
                .toPlainString();
    }
}
