package dev.sallyport.sandbox.sqlserver;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** By which a database's user belongs to a login: the name may change, this does not. */
record Sid(String hex) {

    private static final SecureRandom RANDOM = new SecureRandom();
    /** Of the login {@code sa}, and of whatever it owns. */
    static final Sid ADMINISTRATOR = new Sid("01");

    static Sid next() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new Sid(HexFormat.of().withUpperCase().formatHex(bytes));
    }

    byte[] bytes() {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return Arrays.copyOf(bytes, bytes.length);
    }
}
