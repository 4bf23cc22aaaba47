package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;

/**
 * A word of T-SQL.
 *
 * @param text without quotes, and with doubled ones single again
 */
record Token(Kind kind, String text) {

    private static final String SYMBOLS = "(),.;=<>!*+-/:";

    enum Kind {
        /** A keyword, or a name without brackets. */
        WORD,
        /** A name in brackets or double quotes. */
        QUOTED_NAME,
        STRING,
        NUMBER,
        BINARY,
        VARIABLE,
        SYMBOL,
        END
    }

    /** @throws SqlError with the server's numbers for what is not closed, or not T-SQL */
    static List<Token> of(String sql) {
        return new Reader(sql).all();
    }

    private static final class Reader {

        private final String sql;
        private int at;

        Reader(String sql) {
            this.sql = sql;
        }

        List<Token> all() {
            List<Token> tokens = new ArrayList<>();
            for (skipBlanks(); at < sql.length(); skipBlanks()) {
                tokens.add(next());
            }
            tokens.add(new Token(Kind.END, ""));
            return tokens;
        }

        private Token next() {
            char c = sql.charAt(at);
            if (c == '[') {
                return new Token(Kind.QUOTED_NAME, quoted(']'));
            }
            if (c == '"') {
                return new Token(Kind.QUOTED_NAME, quoted('"'));
            }
            if (c == '\'') {
                return new Token(Kind.STRING, quoted('\''));
            }
            if ((c == 'N' || c == 'n') && at + 1 < sql.length() && sql.charAt(at + 1) == '\'') {
                at++;
                return new Token(Kind.STRING, quoted('\''));
            }
            if (c == '@') {
                return new Token(Kind.VARIABLE, run());
            }
            if (Character.isDigit(c)) {
                String digits = run();
                return digits.startsWith("0x")
                        ? new Token(Kind.BINARY, digits.substring(2))
                        : new Token(Kind.NUMBER, digits);
            }
            if (Character.isLetter(c) || c == '_' || c == '#') {
                return new Token(Kind.WORD, run());
            }
            if (SYMBOLS.indexOf(c) >= 0) {
                return new Token(Kind.SYMBOL, symbol());
            }
            throw SqlError.syntax(String.valueOf(c));
        }

        private String symbol() {
            for (String two : List.of("::", "<>", "<=", ">=", "!=")) {
                if (sql.startsWith(two, at)) {
                    at += 2;
                    return two;
                }
            }
            return String.valueOf(sql.charAt(at++));
        }

        private String run() {
            int from = at++;
            while (at < sql.length()
                    && (Character.isLetterOrDigit(sql.charAt(at)) || "_@#$".indexOf(sql.charAt(at)) >= 0)) {
                at++;
            }
            return sql.substring(from, at);
        }

        private String quoted(char end) {
            StringBuilder text = new StringBuilder();
            at++;
            while (at < sql.length()) {
                char c = sql.charAt(at++);
                if (c != end) {
                    text.append(c);
                } else if (at < sql.length() && sql.charAt(at) == end) {
                    text.append(c);
                    at++;
                } else {
                    return text.toString();
                }
            }
            throw SqlError.of(105, "Unclosed quotation mark after the character string '" + text + "'.");
        }

        private void skipBlanks() {
            while (at < sql.length()) {
                if (Character.isWhitespace(sql.charAt(at))) {
                    at++;
                } else if (sql.startsWith("--", at)) {
                    int end = sql.indexOf('\n', at);
                    at = end < 0 ? sql.length() : end;
                } else if (sql.startsWith("/*", at)) {
                    int end = sql.indexOf("*/", at + 2);
                    if (end < 0) {
                        throw SqlError.of(113, "Missing end comment mark '*/'.");
                    }
                    at = end + 2;
                } else {
                    return;
                }
            }
        }
    }
}
