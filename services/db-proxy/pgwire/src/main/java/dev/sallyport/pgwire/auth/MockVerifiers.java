package dev.sallyport.pgwire.auth;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Verifiers for logins that do not exist. Nobody can meet one, and the salt of a login is always the same, so that neither the
 * answers nor their number tell whether a login exists (RFC 5802, section 9, as PostgreSQL does it).
 */
public final class MockVerifiers {

    private static final int SALT_BYTES = 16;
    private static final int ITERATIONS = 4096;

    private final byte[] key = new byte[32];

    /** Verifiers of their own: their salts last as long as this object does. */
    public MockVerifiers() {
        new SecureRandom().nextBytes(key);
    }

    /** The one of {@code login}. */
    public ScramVerifier of(String login) {
        byte[] salt = Arrays.copyOf(Sha256.hmac(key, "salt " + login), SALT_BYTES);
        return new ScramVerifier(
                ITERATIONS, salt, Sha256.hmac(key, "stored key " + login), Sha256.hmac(key, "server key " + login));
    }
}
