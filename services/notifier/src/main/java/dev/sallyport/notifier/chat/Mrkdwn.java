package dev.sallyport.notifier.chat;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Foreign text in Slack's markup (docs.slack.dev, "Formatting message text"). {@code <}, {@code >} and {@code &} begin all that
 * acts: mentions, links, dates. Escaped, none of it is left, and Slack shows the characters as they were.
 */
final class Mrkdwn {

    /** Of one value within a line, escaped: a line of four fits into a section with room to spare. */
    static final int MAX_INLINE = 400;

    private static final String MORE = "…";

    /** What other chats than Slack take for a call to everybody, without any markup. */
    private static final Pattern CALLS =
            Pattern.compile("@(?=(?:here|channel|everyone|all)\\b)", Pattern.CASE_INSENSITIVE);

    /** Nothing to see, and it parts the sign from the word. */
    private static final String WORD_JOINER = "\u2060";

    /** {@code format} with each {@code %s} a value in one line, none of which acts. */
    static String line(String format, String... values) {
        return format.formatted((Object[])
                Arrays.stream(values).map(value -> inline(value, MAX_INLINE)).toArray(String[]::new));
    }

    /** In one line, escaped, with {@code …} for what is beyond {@code limit} characters. */
    static String inline(String text, int limit) {
        return fitted(plain(text).replace('\n', ' '), limit);
    }

    /** In the lines that it has, escaped, with {@code …} for what is beyond {@code limit} characters. */
    static String lines(String text, int limit) {
        return fitted(plain(text), limit);
    }

    /** Without what turns the direction of text or moves the cursor: it could make a message look like another one. */
    private static String plain(String text) {
        StringBuilder kept = new StringBuilder(text.length());
        CALLS.matcher(text.strip()).replaceAll("@" + WORD_JOINER).codePoints().forEach(point -> {
            boolean turns = point >= 0x202A && point <= 0x202E || point >= 0x2066 && point <= 0x2069;
            if (!turns) {
                kept.appendCodePoint(Character.isISOControl(point) && point != '\n' ? ' ' : point);
            }
        });
        return kept.toString();
    }

    /** Cut between characters, never within one or within an escape. */
    private static String fitted(String text, int limit) {
        StringBuilder fitted = new StringBuilder();
        int end = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            fitted.append(escaped(text.codePointAt(i)));
            if (fitted.length() > limit) {
                return fitted.substring(0, end) + MORE;
            }
            if (fitted.length() <= limit - MORE.length()) {
                end = fitted.length();
            }
        }
        return fitted.toString();
    }

    private static String escaped(int point) {
        return switch (point) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> Character.toString(point);
        };
    }

    private Mrkdwn() {}
}
