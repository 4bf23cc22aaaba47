package dev.sallyport.pgwire.conversation;

/** The word that a statement begins with, behind white space, comments and empty statements (SQL Syntax: Lexical Structure). */
final class FirstWord {

    /** @param word in lower case */
    static boolean is(String word, byte[] sql) {
        int from = begin(sql);
        int end = from + word.length();
        if (end > sql.length || end < sql.length && isPartOfWord(sql[end])) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((sql[from + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int begin(byte[] sql) {
        int at = 0;
        while (at < sql.length) {
            if (sql[at] == ';' || isSpace(sql[at])) {
                at++;
            } else if (pair(sql, at, '-', '-')) {
                while (at < sql.length && sql[at] != '\n' && sql[at] != '\r') {
                    at++;
                }
            } else if (pair(sql, at, '/', '*')) {
                at = behindComment(sql, at);
            } else {
                return at;
            }
        }
        return at;
    }

    /** They nest. */
    private static int behindComment(byte[] sql, int from) {
        int depth = 0;
        int at = from;
        do {
            if (pair(sql, at, '/', '*')) {
                depth++;
                at += 2;
            } else if (pair(sql, at, '*', '/')) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0 && at < sql.length);
        return at;
    }

    private static boolean pair(byte[] sql, int at, char first, char second) {
        return at + 1 < sql.length && sql[at] == first && sql[at + 1] == second;
    }

    private static boolean isSpace(byte one) {
        return one == ' ' || one >= '\t' && one <= '\r';
    }

    private static boolean isPartOfWord(byte one) {
        return one < 0 || one == '_' || one == '$' || Character.isLetterOrDigit(one);
    }

    private FirstWord() {}
}
