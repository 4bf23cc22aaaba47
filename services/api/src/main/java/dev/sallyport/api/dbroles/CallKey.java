package dev.sallyport.api.dbroles;

import dev.sallyport.api.database.StoredJson;
import dev.sallyport.api.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What tells a repeated call from a new one.
 *
 * @param key the caller's {@code Idempotency-Key}; null for none
 * @param digest of the call, to tell a repetition from another order under the same key
 */
record CallKey(@Nullable String key, String digest) {

    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /**
     * @param call all that the order depends on; it has a JSON form
     * @throws ProblemException 400 for a key of another form
     */
    static CallKey of(@Nullable String key, Object call) {
        if (key != null && !FORM.matcher(key).matches()) {
            throw ProblemException.badRequest(
                    "invalid_idempotency_key", "Idempotency-Key has 1 to 128 printable characters without spaces");
        }
        return new CallKey(key, digest(StoredJson.write(call)));
    }

    private static String digest(String json) {
        try {
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
