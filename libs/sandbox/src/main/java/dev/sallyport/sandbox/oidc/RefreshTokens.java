package dev.sallyport.sandbox.oidc;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.files.StateFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Refresh tokens (RFC 6749 section 6), each good once: the next comes with the answer. One that is used again was stolen, or
 * its successor was; then none of that login is good any more (RFC 9700 section 4.14.2). They outlive a restart, as hashes.
 */
final class RefreshTokens {

    private static final Duration LIFE = Duration.ofDays(30);
    private static final int MOST_KEPT = 1_000;

    private final StateFile file;
    private final InstantSource clock;
    private final Map<String, Kept> kept;

    /** @param family the login that it comes from */
    record Kept(String user, String clientId, String scope, String family, long until, boolean used) {

        private Kept spent() {
            return new Kept(user, clientId, scope, family, until, true);
        }
    }

    /** A session that goes on, and the family of its tokens. */
    record Renewed(Session session, String family) {}

    RefreshTokens(Path folder, InstantSource clock) {
        this.file = new StateFile(folder.resolve("refresh-tokens.json"));
        this.clock = clock;
        this.kept = new LinkedHashMap<>(
                file.read(new TypeReference<LinkedHashMap<String, Kept>>() {}).orElseGet(LinkedHashMap::new));
    }

    static String newFamily() {
        return UUID.randomUUID().toString();
    }

    synchronized Secret issue(Session session, String family) {
        long now = clock.instant().getEpochSecond();
        kept.values().removeIf(token -> token.until() < now);
        while (kept.size() >= MOST_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        Secret token = Secret.random(48);
        kept.put(
                hash(token.reveal()),
                new Kept(
                        session.user().login(),
                        session.clientId(),
                        session.scope(),
                        family,
                        now + LIFE.toSeconds(),
                        false));
        file.write(kept);
        return token;
    }

    synchronized Renewed redeem(String token, String clientId) throws OAuthError {
        Kept found = kept.get(hash(token));
        if (found == null
                || !found.clientId().equals(clientId)
                || found.until() < clock.instant().getEpochSecond()) {
            throw OAuthError.invalidGrant("the refresh_token is unknown, too old, or another client's");
        }
        if (found.used()) {
            forget(found.family());
            throw OAuthError.invalidGrant("the refresh_token was used before: log in again");
        }
        kept.put(hash(token), found.spent());
        file.write(kept);
        LocalUser user = LocalUser.named(found.user()).orElseThrow();
        return new Renewed(new Session(user, clientId, found.scope(), null), found.family());
    }

    /** RFC 7009: ends the login that the token is of; one that is not known is as good as ended. */
    synchronized void revoke(String token) {
        Kept found = kept.get(hash(token));
        if (found != null) {
            forget(found.family());
        }
    }

    private void forget(String family) {
        kept.values().removeIf(token -> token.family().equals(family));
        file.write(kept);
    }

    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
