package dev.sallyport.auditstore;

import org.jspecify.annotations.Nullable;

/**
 * Text as PostgreSQL can hold it: it has no U+0000, which clients of MySQL may well send. U+001A (SUBSTITUTE) followed by
 * {@code 0} stands for it, and U+001A twice for itself.
 */
final class StoredText {

    private static final char NUL = '\0';
    private static final char SUBSTITUTE = '\u001A';

    static String encode(String text) {
        if (text.indexOf(NUL) < 0 && text.indexOf(SUBSTITUTE) < 0) {
            return text;
        }
        return text.replace("\u001A", "\u001A\u001A").replace("\0", "\u001A0");
    }

    static @Nullable String decode(@Nullable String stored) {
        if (stored == null || stored.indexOf(SUBSTITUTE) < 0) {
            return stored;
        }
        StringBuilder text = new StringBuilder(stored.length());
        for (int i = 0; i < stored.length(); i++) {
            char c = stored.charAt(i);
            if (c == SUBSTITUTE && i + 1 < stored.length()) {
                c = stored.charAt(++i) == '0' ? NUL : SUBSTITUTE;
            }
            text.append(c);
        }
        return text.toString();
    }

    private StoredText() {}
}
