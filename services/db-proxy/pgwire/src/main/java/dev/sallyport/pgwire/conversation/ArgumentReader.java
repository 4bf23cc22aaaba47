package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.types.BinaryText;
import dev.sallyport.pgwire.types.PgType;
import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Reads the part that Bind and FunctionCall share: the formats, then the values. It keeps the beginning of each value only, so
 * it needs no more memory for a value of 1 GB than for one of 1 kB.
 */
final class ArgumentReader {

    private enum Step {
        FORMAT_COUNT,
        FORMAT,
        VALUE_COUNT,
        VALUE_LENGTH,
        VALUE,
        DONE
    }

    private static final int BINARY = 1;
    private static final int NULL = -1;

    private final int maxValueBytes;
    private final BitSet binary = new BitSet();
    private List<Portal.Parameter> parameters = new ArrayList<>();

    private Step step = Step.FORMAT_COUNT;
    private int formats;
    private int formatsRead;
    private int values;
    private int valueLength;
    private int budget;

    ArgumentReader(int maxValueBytes) {
        this.maxValueBytes = maxValueBytes;
    }

    /** @param maxBytes what may be kept of all values together; of those beyond it, only the length is */
    void begin(int maxBytes) {
        budget = maxBytes;
        binary.clear();
        parameters = new ArrayList<>();
        formats = 0;
        formatsRead = 0;
        step = Step.FORMAT_COUNT;
    }

    /** Reads on; returns whether the last value is read. */
    boolean read(ValueReader in, IntUnaryOperator types, Charset charset) {
        while (step != Step.DONE) {
            boolean whole = switch (step) {
                case FORMAT_COUNT, FORMAT, VALUE_COUNT -> in.readShort();
                case VALUE_LENGTH -> in.readInt();
                case VALUE -> in.readBytes(valueLength, Math.min(maxValueBytes, budget));
                case DONE -> true;
            };
            if (!whole) {
                return false;
            }
            took(in, types, charset);
        }
        return true;
    }

    List<Portal.Parameter> parameters() {
        return parameters;
    }

    private void took(ValueReader in, IntUnaryOperator types, Charset charset) {
        switch (step) {
            case FORMAT_COUNT -> {
                formats = in.number();
                step = formats == 0 ? Step.VALUE_COUNT : Step.FORMAT;
            }
            case FORMAT -> {
                binary.set(formatsRead++, in.number() == BINARY);
                step = formatsRead == formats ? Step.VALUE_COUNT : Step.FORMAT;
            }
            case VALUE_COUNT -> {
                values = in.number();
                if (formats > 1 && formats != values) {
                    throw PgWireException.violation(
                            "bind message has " + formats + " parameter formats but " + values + " parameters");
                }
                next();
            }
            case VALUE_LENGTH -> {
                valueLength = in.number();
                if (valueLength < NULL) {
                    throw PgWireException.violation("invalid length of a parameter");
                }
                if (valueLength == NULL) {
                    add(types, null);
                } else {
                    step = Step.VALUE;
                }
            }
            case VALUE -> {
                ByteBuf kept = in.take();
                budget -= kept.readableBytes();
                add(types, text(kept, types, charset));
            }
            case DONE -> {}
        }
    }

    private void next() {
        step = parameters.size() == values ? Step.DONE : Step.VALUE_LENGTH;
    }

    private void add(IntUnaryOperator types, @Nullable String value) {
        parameters.add(new Portal.Parameter(PgType.nameOf(types.applyAsInt(parameters.size())), value));
        next();
    }

    private String text(ByteBuf kept, IntUnaryOperator types, Charset charset) {
        boolean isBinary = binary.get(formats == 1 ? 0 : parameters.size());
        boolean whole = kept.readableBytes() == valueLength;
        String text =
                isBinary ? BinaryText.of(types.applyAsInt(parameters.size()), kept, charset) : kept.toString(charset);
        return whole ? text : text + "… (" + valueLength + " bytes)";
    }
}
