package dev.sallyport.auditstore;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/** Rows in the text format of COPY (PostgreSQL documentation, COPY, "Text Format"), sent as they come. */
final class CopyRows {

    /** What is gathered before it is sent. */
    private static final int CHUNK = 64 * 1024;

    private final CopyIn to;
    private byte[] bytes = new byte[CHUNK + CHUNK / 4];
    private int length;
    private boolean midRow;

    CopyRows(CopyIn to) {
        this.to = to;
    }

    /** The next column. */
    CopyRows add(@Nullable String text) {
        separate();
        if (text == null) {
            raw("\\N");
        } else {
            escape(StoredText.encode(text));
        }
        return this;
    }

    /** The next column. */
    CopyRows add(@Nullable Number number) {
        separate();
        raw(number == null ? "\\N" : number.toString());
        return this;
    }

    /** The next column. */
    CopyRows add(Instant time) {
        separate();
        raw(time.toString());
        return this;
    }

    /** The next column. */
    CopyRows add(LocalDate day) {
        separate();
        raw(day.toString());
        return this;
    }

    /** Ends the row. */
    void end() throws SQLException {
        room(1);
        bytes[length++] = '\n';
        midRow = false;
        if (length >= CHUNK) {
            send();
        }
    }

    /** Sends what is left. */
    void send() throws SQLException {
        to.writeToCopy(bytes, 0, length);
        length = 0;
    }

    private void separate() {
        if (midRow) {
            room(1);
            bytes[length++] = '\t';
        }
        midRow = true;
    }

    /** ASCII that needs no escape. */
    private void raw(String text) {
        append(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void escape(String text) {
        room(2 * text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped('\\');
                case '\t' -> escaped('t');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                default -> {
                    if (c < 0x80) {
                        bytes[length++] = (byte) c;
                    } else {
                        int end = endOfNonAscii(text, i);
                        append(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
                        room(2 * (text.length() - end));
                        i = end - 1;
                    }
                }
            }
        }
    }

    private static int endOfNonAscii(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= 0x80) {
            end++;
        }
        return end;
    }

    private void escaped(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void append(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
