package dev.sallyport.pgwire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * What an ErrorResponse or NoticeResponse says (Error and Notice Message Fields).
 *
 * @param severity not translated: {@code ERROR}, {@code FATAL}, {@code PANIC}, …; empty when the server does not say
 * @param sqlState five characters; empty when the server does not say
 * @param message the primary one
 */
public record ErrorFields(String severity, String sqlState, String message) {

    /** It says nothing. */
    public static final ErrorFields NONE = new ErrorFields("", "", "");

    /** How much of one is read: the fields that matter come first. */
    public static final int MAX_BYTES = 16 * 1024;

    /** Reads what is there of the body in {@code in}; a field that is cut off is read as far as it goes. */
    public static ErrorFields read(ByteBuf in, int index, int length, Charset charset) {
        String localSeverity = "";
        String severity = "";
        String sqlState = "";
        String message = "";
        int end = index + length;
        int at = index;
        while (at < end && in.getByte(at) != 0) {
            byte code = in.getByte(at++);
            int nul = in.indexOf(at, end, (byte) 0);
            int stop = nul < 0 ? end : nul;
            switch (code) {
                case 'S' -> localSeverity = in.toString(at, stop - at, StandardCharsets.UTF_8);
                case 'V' -> severity = in.toString(at, stop - at, StandardCharsets.UTF_8);
                case 'C' -> sqlState = in.toString(at, stop - at, StandardCharsets.UTF_8);
                case 'M' -> message = in.toString(at, stop - at, charset);
                default -> {}
            }
            at = stop + 1;
        }
        return new ErrorFields(severity.isEmpty() ? localSeverity : severity, sqlState, message);
    }

    /** Whether the server closes the connection behind it. */
    public boolean fatal() {
        return severity.equals("FATAL") || severity.equals("PANIC");
    }
}
