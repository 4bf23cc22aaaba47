package dev.sallyport.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * A password, token or key on its way from one owner to the next. It prints as {@code ***} and has no JSON form, so it
 * reaches a log, a topic or an exception only through a call of {@link #reveal()} that a reader can see.
 */
public final class Secret {

    /** Letters and digits only: no engine, shell, URL or connection string gives one of these a meaning. */
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a secret that came from elsewhere. */
    public static Secret of(String value) {
        return new Secret(value);
    }

    /**
     * A new random secret of letters and digits, each worth 5.95 bits.
     *
     * @param length in characters, at least 20 (119 bits)
     */
    public static Secret random(int length) {
        if (length < 20) {
            throw new IllegalArgumentException("a random secret has at least 20 characters, not " + length);
        }
        StringBuilder drawn = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            drawn.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new Secret(drawn.toString());
    }

    /** The secret itself. Each call is a place to look at in a review. */
    public String reveal() {
        return value;
    }

    /** Compares in a time that depends on the lengths only. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    /** The same for all: a hash of a secret is a fact about it. */
    @Override
    public int hashCode() {
        return 0;
    }

    @Override
    public String toString() {
        return "***";
    }
}
