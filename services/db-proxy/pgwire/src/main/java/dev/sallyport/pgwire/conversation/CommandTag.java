package dev.sallyport.pgwire.conversation;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What CommandComplete says.
 *
 * @param command its words, for instance {@code INSERT}
 * @param rows the number that it ends with; -1 when it has none
 */
record CommandTag(String command, long rows) {

    /** PostgreSQL's own bound, {@code COMPLETION_TAG_BUFSIZE}. */
    static final int MAX_BYTES = 64;

    private static final CommandTag NONE = new CommandTag("", -1);

    static CommandTag read(ByteBuf in, int index, int length) {
        int nul = in.indexOf(index, index + length, (byte) 0);
        int end = nul < 0 ? index + length : nul;
        int digits = end;
        while (digits > index && isDigit(in.getByte(digits - 1))) {
            digits--;
        }
        byte first = length > 0 ? in.getByte(index) : 0;
        if (digits == end) {
            // Only what changes the meaning of names matters by its own.
            return first == 'D' || first == 'P'
                    ? new CommandTag(in.toString(index, end - index, StandardCharsets.US_ASCII), -1)
                    : NONE;
        }
        long rows = 0;
        for (int at = digits; at < end && end - digits <= 19; at++) {
            rows = rows * 10 + (in.getByte(at) - '0');
        }
        return new CommandTag("", rows);
    }

    boolean discardsPreparedStatements() {
        return command.equals("DEALLOCATE ALL") || command.equals("DISCARD ALL");
    }

    boolean deallocatesOne() {
        return command.equals("DEALLOCATE");
    }

    boolean preparesOne() {
        return command.equals("PREPARE");
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }
}
