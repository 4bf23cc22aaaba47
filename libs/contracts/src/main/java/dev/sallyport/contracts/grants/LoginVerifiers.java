package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * By what a db-proxy knows that a client has a grant's secret, without having it itself. The secret is random and long, so
 * the unsalted forms that MySQL's protocol asks for give nothing away.
 *
 * @param scramSha256 as PostgreSQL stores it: {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>} (RFC 5803)
 * @param cachingSha2 base64 of {@code SHA256(SHA256(password))}, MySQL's caching_sha2_password
 * @param nativePassword base64 of {@code SHA1(SHA1(password))}, MySQL's mysql_native_password
 */
public record LoginVerifiers(String scramSha256, String cachingSha2, String nativePassword) {

    private static final int SALT_BYTES = 16;
    private static final int ITERATIONS = 4096;

    /** The verifiers of {@code password}, which must be ASCII: SASLprep then leaves it as it is. */
    public static LoginVerifiers of(Secret password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        byte[] bytes = password.reveal().getBytes(StandardCharsets.US_ASCII);
        return new LoginVerifiers(
                scram(password, salt),
                base64(digest("SHA-256", digest("SHA-256", bytes))),
                base64(digest("SHA-1", digest("SHA-1", bytes))));
    }

    private static String scram(Secret password, byte[] salt) {
        try {
            PBEKeySpec spec = new PBEKeySpec(password.reveal().toCharArray(), salt, ITERATIONS, 256);
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(spec)
                    .getEncoded();
            byte[] storedKey = digest("SHA-256", hmac(salted, "Client Key"));
            return "SCRAM-SHA-256$" + ITERATIONS + ":" + base64(salt) + "$" + base64(storedKey) + ":"
                    + base64(hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2 with HMAC-SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] digest(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** A verifier is no password, but nothing to show either. */
    @Override
    public String toString() {
        return "LoginVerifiers[***]";
    }
}
