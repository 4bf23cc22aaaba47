package dev.sallyport.proxy.tracing;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a span says of a statement's text: the operation, when it is one of a closed list, and the trace that its last comment
 * names, as <a href="https://google.github.io/sqlcommenter/spec/">sqlcommenter</a> writes it. Looked at as ASCII; in any character
 * set of a client that is what these parts are in.
 */
final class SqlGlance {

    /** No other word of a statement gets into a span: it might be data. */
    private static final Set<String> OPERATIONS = Set.of(
            "ALTER",
            "ANALYZE",
            "BEGIN",
            "CALL",
            "CHECKPOINT",
            "CLOSE",
            "CLUSTER",
            "COMMENT",
            "COMMIT",
            "COPY",
            "CREATE",
            "DEALLOCATE",
            "DECLARE",
            "DELETE",
            "DESCRIBE",
            "DISCARD",
            "DO",
            "DROP",
            "END",
            "EXECUTE",
            "EXPLAIN",
            "FETCH",
            "GRANT",
            "INSERT",
            "KILL",
            "LISTEN",
            "LOCK",
            "MERGE",
            "MOVE",
            "NOTIFY",
            "PREPARE",
            "REFRESH",
            "REINDEX",
            "RELEASE",
            "RENAME",
            "REPLACE",
            "RESET",
            "REVOKE",
            "ROLLBACK",
            "SAVEPOINT",
            "SELECT",
            "SET",
            "SHOW",
            "START",
            "TABLE",
            "TRUNCATE",
            "UNLISTEN",
            "UPDATE",
            "USE",
            "VACUUM",
            "VALUES",
            "WITH",
            "XA");

    private static final int LONGEST_OPERATION = 10;
    private static final String KEY = "traceparent='";
    /** version - trace id - parent id - flags, W3C Trace Context, section 3.2.2. */
    private static final int TRACEPARENT_CHARS = 55;

    private SqlGlance() {}

    /** In upper case; empty when it is none that we know. */
    static String operation(byte[] text, int from, int length) {
        int end = from + length;
        int begin = skipToWord(text, from, end);
        int after = begin;
        while (after < end && after - begin <= LONGEST_OPERATION && isLetter(text[after])) {
            after++;
        }
        String word = new String(text, begin, after - begin, StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
        return OPERATIONS.contains(word) ? word : "";
    }

    /** Behind blanks, comments and opening parentheses. */
    private static int skipToWord(byte[] text, int from, int end) {
        int at = from;
        while (at < end) {
            if (text[at] <= ' ' && text[at] > 0 || text[at] == '(') {
                at++;
            } else if (startsWith(text, at, end, "--") || text[at] == '#') {
                at = behind(text, at, end, "\n");
            } else if (startsWith(text, at, end, "/*")) {
                at = behind(text, at + 2, end, "*/");
            } else {
                return at;
            }
        }
        return end;
    }

    private static int behind(byte[] text, int from, int end, String what) {
        int at = from;
        while (at < end && !startsWith(text, at, end, what)) {
            at++;
        }
        return Math.min(end, at + what.length());
    }

    /** Of a comment that ends the statement, but for blanks and a semicolon. Taken strictly, or not at all. */
    static Optional<SpanContext> trace(byte[] text, int from, int length) {
        int end = from + length;
        while (end > from && (text[end - 1] <= ' ' && text[end - 1] > 0 || text[end - 1] == ';')) {
            end--;
        }
        int close = end - 2;
        if (close < from || !startsWith(text, close, end, "*/")) {
            return Optional.empty();
        }
        int begin = beginOfComment(text, from, close);
        for (int at = begin; begin >= 0 && at < close; at++) {
            if (startsWith(text, at, close, KEY) && beginsAPair(text, begin, at)) {
                int value = at + KEY.length();
                return read(new String(text, value, close - value, StandardCharsets.ISO_8859_1));
            }
        }
        return Optional.empty();
    }

    /** Behind the begin of the comment that is closed at {@code close}; -1 when there is none. */
    private static int beginOfComment(byte[] text, int from, int close) {
        for (int at = close - 2; at >= from; at--) {
            if (startsWith(text, at, close, "/*")) {
                return at + 2;
            }
            if (startsWith(text, at, close, "*/")) {
                return -1;
            }
        }
        return -1;
    }

    /** At the begin of the comment or behind a comma, but for blanks. */
    private static boolean beginsAPair(byte[] text, int begin, int at) {
        int before = at - 1;
        while (before >= begin && text[before] == ' ') {
            before--;
        }
        return before < begin || text[before] == ',';
    }

    private static Optional<SpanContext> read(String pairs) {
        if (pairs.length() <= TRACEPARENT_CHARS
                || pairs.charAt(TRACEPARENT_CHARS) != '\''
                || !pairs.startsWith("00-")
                || pairs.charAt(35) != '-'
                || pairs.charAt(52) != '-') {
            return Optional.empty();
        }
        String trace = pairs.substring(3, 35);
        String parent = pairs.substring(36, 52);
        String flags = pairs.substring(53, TRACEPARENT_CHARS);
        return TraceId.isValid(trace) && SpanId.isValid(parent) && isHex(flags)
                ? Optional.of(SpanContext.createFromRemoteParent(
                        trace, parent, TraceFlags.fromHex(flags, 0), TraceState.getDefault()))
                : Optional.empty();
    }

    private static boolean isHex(String text) {
        return text.chars().allMatch(each -> each >= '0' && each <= '9' || each >= 'a' && each <= 'f');
    }

    private static boolean isLetter(byte each) {
        return each >= 'a' && each <= 'z' || each >= 'A' && each <= 'Z';
    }

    private static boolean startsWith(byte[] text, int at, int end, String what) {
        if (at + what.length() > end) {
            return false;
        }
        for (int i = 0; i < what.length(); i++) {
            if (text[at + i] != what.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
