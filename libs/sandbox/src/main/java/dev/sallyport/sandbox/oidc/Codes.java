package dev.sallyport.sandbox.oidc;

import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Authorization codes (RFC 6749 section 4.1, RFC 7636): good once, for a minute, for who asked. */
final class Codes {

    private static final Duration LIFE = Duration.ofMinutes(1);
    private static final int MOST_OPEN = 1_000;

    private final InstantSource clock;
    private final Map<String, Open> open = new HashMap<>();

    private record Open(
            Session session, String redirectUri, @Nullable String challenge, Instant until) {}

    Codes(InstantSource clock) {
        this.clock = clock;
    }

    /** @param challenge by S256; null when the client sent none */
    synchronized Secret issue(Session session, String redirectUri, @Nullable String challenge) {
        Instant now = clock.instant();
        open.values().removeIf(code -> now.isAfter(code.until()));
        if (open.size() >= MOST_OPEN) {
            throw new IllegalArgumentException("too many logins at once");
        }
        Secret code = Secret.random(32);
        open.put(code.reveal(), new Open(session, redirectUri, challenge, now.plus(LIFE)));
        return code;
    }

    synchronized Session redeem(String code, String clientId, @Nullable String redirectUri, @Nullable String verifier)
            throws OAuthError {
        Open found = open.remove(code);
        if (found == null || clock.instant().isAfter(found.until())) {
            throw OAuthError.invalidGrant("the code is unknown, used or too old");
        }
        if (!found.session().clientId().equals(clientId) || !found.redirectUri().equals(redirectUri)) {
            throw OAuthError.invalidGrant("the code was made for another client or another redirect_uri");
        }
        if (found.challenge() != null && (verifier == null || !found.challenge().equals(challengeOf(verifier)))) {
            throw OAuthError.invalidGrant("code_verifier does not fit the code_challenge");
        }
        return found.session();
    }

    private static String challengeOf(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
