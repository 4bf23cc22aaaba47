package dev.sallyport.proxy.postgres;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.pgwire.auth.ScramClient;
import java.util.Arrays;

/**
 * What takes thousands of rounds to make of a password, kept for as long as somebody keeps the password itself: a role's salt
 * stays the same until its password is changed. Safe for many threads.
 */
final class SaltedPasswords {

    private static final int MOST_KEPT = 10_000;

    /** By the secret's identity, which none of them keeps alive. */
    private final Cache<Secret, Salted> kept =
            Caffeine.newBuilder().weakKeys().maximumSize(MOST_KEPT).build();

    private record Salted(byte[] salt, int iterations, byte[] password) {

        boolean isWith(byte[] otherSalt, int otherIterations) {
            return iterations == otherIterations && Arrays.equals(salt, otherSalt);
        }
    }

    ScramClient.Salting of(Secret password) {
        return (salt, iterations) -> {
            Salted known = kept.getIfPresent(password);
            if (known == null || !known.isWith(salt, iterations)) {
                known = new Salted(salt, iterations, ScramClient.salted(password.reveal(), salt, iterations));
                kept.put(password, known);
            }
            return known.password();
        };
    }
}
