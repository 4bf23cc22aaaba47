package dev.sallyport.mywire;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@code KILL} in SQL. Clients cancel by it, with the id of their greeting, which is ours: the target knows the connection by
 * another number.
 *
 * @param before the statement up to the number
 * @param id as the client knows it
 */
record KillCommand(String before, long id) {

    /** A longer statement is not looked at: no client cancels by one. */
    static final int MAX_BYTES = 256;

    private static final String SPACE = "(?:\\s|/\\*[^!].*?\\*/|#[^\\n]*+\\n|--\\s[^\\n]*+\\n)";
    private static final Pattern BEGINNING =
            Pattern.compile("(?is)" + SPACE + "*+KILL(?![\\w$]).*+", Pattern.UNICODE_CASE);
    private static final Pattern BY_NUMBER = Pattern.compile("(?is)(" + SPACE + "*+KILL" + SPACE + "++(?:(?:HARD|SOFT)"
            + SPACE + "++)?(?:(?:CONNECTION|QUERY)" + SPACE + "++)?)(\\d{1,18})" + SPACE + "*+(?:;" + SPACE + "*+)?");

    /** Whether a statement whose first byte is {@code first} may turn out to be a KILL. */
    static boolean mayBegin(int first) {
        return switch (first) {
            case 'k', 'K', '/', '-', '#', ' ', '\t', '\r', '\n' -> true;
            default -> false;
        };
    }

    /** Whether {@code sql} is a KILL of any kind. */
    static boolean isKill(String sql) {
        return BEGINNING.matcher(sql).matches();
    }

    /** A KILL of one connection by its number; empty for any other. */
    static Optional<KillCommand> parse(String sql) {
        Matcher matcher = BY_NUMBER.matcher(sql);
        return matcher.matches()
                ? Optional.of(new KillCommand(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    /** The same of the connection that the target knows as {@code thread}. */
    byte[] of(long thread) {
        return (before + thread).getBytes(StandardCharsets.ISO_8859_1);
    }
}
