package dev.sallyport.proxy.shipping;

import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.proxy.audit.AuditRecord;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the SQL and the parameters of one intent into the parts of its events, one in memory at a time. The cuts are always the
 * same, and never within a character.
 */
final class StatementText {

    /** What goes into one part: SQL up to this many characters, and parameters until this many are reached. */
    static final int PART_CHARS = 96 * 1024;

    /** A piece of a statement. */
    record Part(String sql, List<Parameter> parameters) {}

    private final Consumer<Part> parts;
    private final StringBuilder sql = new StringBuilder();
    private List<Parameter> parameters = new ArrayList<>();
    private int parameterChars;
    private @Nullable CharsetDecoder decoder;
    private ByteBuffer undecoded = ByteBuffer.allocate(0);
    private int given;

    private StatementText(Consumer<Part> parts) {
        this.parts = parts;
    }

    /** Gives the parts of the intent with these records to {@code parts}, at least one. */
    static void cut(Iterator<AuditRecord> records, Consumer<Part> parts) {
        StatementText text = new StatementText(parts);
        while (records.hasNext()) {
            text.take(records.next());
        }
        text.finish();
    }

    private void take(AuditRecord record) {
        switch (record) {
            case AuditRecord.Intent intent
            when intent.whole() -> {
                append(new String(intent.sql(), Charset.forName(intent.charset())));
                intent.parameters().forEach(this::parameter);
            }
            case AuditRecord.Intent intent -> {
                decoder = Charset.forName(intent.charset())
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE);
                sql(intent.sql());
                intent.parameters().forEach(this::parameter);
            }
            case AuditRecord.Sql more -> sql(more.sql());
            case AuditRecord.Parameters more -> more.parameters().forEach(this::parameter);
            default -> {}
        }
    }

    private void sql(byte[] bytes) {
        ByteBuffer in = ByteBuffer.allocate(undecoded.remaining() + bytes.length)
                .put(undecoded)
                .put(bytes)
                .flip();
        decode(in, false);
        undecoded = in;
    }

    private void decode(ByteBuffer in, boolean last) {
        CharsetDecoder from = decoder;
        if (from == null) {
            return;
        }
        CharBuffer out = CharBuffer.allocate(in.remaining() * (int) Math.ceil(from.maxCharsPerByte()) + 4);
        from.decode(in, out, last);
        if (last) {
            from.flush(out);
        }
        append(out.flip());
    }

    private void append(CharSequence decoded) {
        sql.append(decoded);
        while (sql.length() > PART_CHARS) {
            int end = Character.isHighSurrogate(sql.charAt(PART_CHARS - 1)) ? PART_CHARS - 1 : PART_CHARS;
            give(sql.substring(0, end));
            sql.delete(0, end);
        }
    }

    private void parameter(Parameter parameter) {
        endSql();
        int chars = parameter.type().length()
                + (parameter.value() == null ? 0 : parameter.value().length())
                + (parameter.name() == null ? 0 : parameter.name().length())
                + 32;
        if (parameterChars > 0 && sql.length() + parameterChars + chars > PART_CHARS) {
            give(sql.toString());
            sql.setLength(0);
        }
        parameters.add(parameter);
        parameterChars += chars;
    }

    private void endSql() {
        if (decoder != null) {
            decode(undecoded, true);
            decoder = null;
        }
    }

    private void finish() {
        endSql();
        if (given == 0 || !sql.isEmpty() || !parameters.isEmpty()) {
            give(sql.toString());
        }
    }

    private void give(String piece) {
        given++;
        parts.accept(new Part(piece, parameters));
        parameters = new ArrayList<>();
        parameterChars = 0;
    }
}
