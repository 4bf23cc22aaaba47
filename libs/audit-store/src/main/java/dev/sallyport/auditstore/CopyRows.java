package dev.sallyport.auditstore;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of COPY (PostgreSQL documentation, COPY, "Text Format"). */
final class CopyRows {

    private final StringBuilder rows;
    private boolean midRow;

    CopyRows(int expectedChars) {
        rows = new StringBuilder(expectedChars);
    }

    /** The next column. */
    CopyRows add(@Nullable String text) {
        separate();
        if (text == null) {
            rows.append("\\N");
        } else {
            escape(StoredText.encode(text));
        }
        return this;
    }

    /** The next column. */
    CopyRows add(@Nullable Number number) {
        separate();
        if (number == null) {
            rows.append("\\N");
        } else {
            rows.append(number);
        }
        return this;
    }

    /** The next column, for a day or an instant. */
    CopyRows add(Object time) {
        if (!(time instanceof Instant || time instanceof java.time.LocalDate)) {
            throw new IllegalArgumentException(time.getClass() + " is neither a day nor an instant");
        }
        separate();
        rows.append(time);
        return this;
    }

    /** Ends the row. */
    void end() {
        rows.append('\n');
        midRow = false;
    }

    byte[] bytes() {
        return rows.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void separate() {
        if (midRow) {
            rows.append('\t');
        }
        midRow = true;
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> rows.append("\\\\");
                case '\t' -> rows.append("\\t");
                case '\n' -> rows.append("\\n");
                case '\r' -> rows.append("\\r");
                default -> rows.append(c);
            }
        }
    }
}
