package dev.sallyport.api.policies;

import java.util.ArrayList;
import java.util.List;

/** Finds the policies in a document: each ends at a semicolon that is in no string and no comment. */
final class CedarText {

    /** @param line where it begins, counted from 1 */
    record Piece(int line, String source) {}

    private final String text;
    private final List<Piece> pieces = new ArrayList<>();
    private int at;
    private int begin = -1;

    private CedarText(String text) {
        this.text = text;
    }

    /** In their order. What stands behind the last semicolon is a piece too, unless it is empty. */
    static List<Piece> pieces(String text) {
        return new CedarText(text).split();
    }

    private List<Piece> split() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '/' && text.startsWith("//", at)) {
                skipComment();
            } else if (Character.isWhitespace(c)) {
                at++;
            } else {
                begin = begin < 0 ? at : begin;
                if (c == '"') {
                    skipString();
                } else {
                    at++;
                    if (c == ';') {
                        end();
                    }
                }
            }
        }
        if (begin >= 0) {
            end();
        }
        return pieces;
    }

    private void end() {
        int line = 1
                + (int) text.substring(0, begin).chars().filter(c -> c == '\n').count();
        pieces.add(new Piece(line, text.substring(begin, at)));
        begin = -1;
    }

    private void skipComment() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    private void skipString() {
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, text.length());
    }
}
