package dev.sallyport.sandbox.sqlserver;

import java.util.List;
import java.util.Locale;

/** A batch while it is parsed. */
final class Tokens {

    private final List<Token> tokens;
    private int at;

    Tokens(String sql) {
        this.tokens = Token.of(sql);
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.END) {
            at++;
        }
        return token;
    }

    boolean atEnd() {
        return peek().kind() == Token.Kind.END;
    }

    boolean at(String... words) {
        for (int i = 0; i < words.length; i++) {
            int place = Math.min(at + i, tokens.size() - 1);
            if (!is(tokens.get(place), words[i])) {
                return false;
            }
        }
        return true;
    }

    boolean accept(String... words) {
        boolean here = at(words);
        if (here) {
            at += words.length;
        }
        return here;
    }

    void expect(String... words) {
        for (String word : words) {
            if (!accept(word)) {
                throw syntaxError();
            }
        }
    }

    SqlError syntaxError() {
        return SqlError.syntax(peek().text());
    }

    String name() {
        Token token = next();
        if (token.kind() != Token.Kind.WORD && token.kind() != Token.Kind.QUOTED_NAME) {
            throw SqlError.syntax(token.text());
        }
        return token.text();
    }

    String word() {
        Token token = next();
        if (token.kind() != Token.Kind.WORD) {
            throw SqlError.syntax(token.text());
        }
        return token.text().toUpperCase(Locale.ROOT);
    }

    String string() {
        Token token = next();
        if (token.kind() != Token.Kind.STRING) {
            throw SqlError.syntax(token.text());
        }
        return token.text();
    }

    int number() {
        Token token = next();
        if (token.kind() != Token.Kind.NUMBER) {
            throw SqlError.syntax(token.text());
        }
        return Integer.parseInt(token.text());
    }

    private static boolean is(Token token, String word) {
        return switch (token.kind()) {
            case WORD -> token.text().equalsIgnoreCase(word);
            case SYMBOL -> token.text().equals(word);
            default -> false;
        };
    }
}
