package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who has signed in to the portal of Identity Center, and who is about to: clients, codes and tokens. Not kept over a restart: then people sign in anew.
 * Safe for many threads.
 */
public final class PortalSignIns {

    private static final Duration REGISTRATION_LIFE = Duration.ofDays(90);
    private static final Duration REFRESH_LIFE = Duration.ofDays(7);
    private static final int MOST_PENDING = 1_000;

    private final Map<String, Client> clients = new HashMap<>();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private final Map<String, Token> tokens = new HashMap<>();
    private final Map<String, Token> refreshTokens = new HashMap<>();
    private Duration codeLife = Duration.ofMinutes(10);
    private Duration interval = Duration.ofSeconds(1);
    private Duration hidden = Duration.ZERO;
    private int slowDowns;
    private Duration tokenLife = Duration.ofHours(8);

    record Client(String id, String secret, Instant until) {}

    record Token(String value, String user, Instant until) {}

    /** A code that somebody has been shown. */
    static final class Pending {
        final String deviceCode;
        final String userCode;
        final String clientId;
        final Instant until;
        private Instant notBefore = Instant.EPOCH;
        private @Nullable String user;
        private boolean denied;
        private Duration pace;

        Pending(String deviceCode, String userCode, String clientId, Instant until, Duration pace) {
            this.deviceCode = deviceCode;
            this.userCode = userCode;
            this.clientId = clientId;
            this.until = until;
            this.pace = pace;
        }
    }

    /** How long a code is good. */
    public synchronized void codeLife(Duration life) {
        codeLife = life;
    }

    /** How often a client may ask, in whole seconds. */
    public synchronized void interval(Duration time) {
        interval = time;
    }

    /** So much longer clients have to wait than they are told: those that ask as often as they were told are told to slow down. */
    public synchronized void hiddenInterval(Duration more) {
        hidden = more;
    }

    public synchronized void tokenLife(Duration life) {
        tokenLife = life;
    }

    /** The codes that nobody has said anything about yet. */
    public synchronized List<String> waiting() {
        return pending.values().stream()
                .filter(one -> one.user == null && !one.denied && one.until.isAfter(Instant.now()))
                .map(one -> one.userCode)
                .toList();
    }

    /** A user confirms a code in the browser. False when it is none, or too old. */
    public synchronized boolean approve(String userCode, String userName) {
        Optional<Pending> found = pending(userCode);
        found.ifPresent(one -> one.user = userName);
        return found.isPresent();
    }

    /** A user refuses a code in the browser. */
    public synchronized boolean deny(String userCode) {
        Optional<Pending> found = pending(userCode);
        found.ifPresent(one -> one.denied = true);
        return found.isPresent();
    }

    /** How often somebody was told to slow down. */
    public synchronized int slowDowns() {
        return slowDowns;
    }

    /** Everybody is signed out; refresh tokens too. */
    public synchronized void signOutAll() {
        tokens.clear();
        refreshTokens.clear();
    }

    private Optional<Pending> pending(String userCode) {
        return pending.values().stream()
                .filter(one -> one.userCode.equals(userCode) && one.until.isAfter(Instant.now()))
                .findFirst();
    }

    synchronized Client register() {
        Client client = new Client(
                Secret.random(22).reveal(),
                Secret.random(64).reveal(),
                Instant.now().plus(REGISTRATION_LIFE));
        clients.put(client.id(), client);
        return client;
    }

    synchronized Client client(String id, String secret) {
        Client known = clients.get(id);
        if (known == null || !known.secret().equals(secret)) {
            throw new AwsError(401, "InvalidClientException", "invalid_client");
        }
        return known;
    }

    synchronized Pending begin(Client client) {
        String code = Secret.random(20).reveal().replaceAll("[^A-Za-z]", "X").toUpperCase(Locale.ROOT);
        Pending begun = new Pending(
                Secret.random(43).reveal(),
                code.substring(0, 4) + "-" + code.substring(4, 8),
                client.id(),
                Instant.now().plus(codeLife),
                interval.plus(hidden));
        pending.put(begun.deviceCode, begun);
        if (pending.size() > MOST_PENDING) {
            pending.remove(pending.keySet().iterator().next());
        }
        return begun;
    }

    synchronized long intervalSeconds() {
        return interval.toSeconds();
    }

    /** The user who has confirmed a code; it is good once (RFC 8628, 3.5). */
    synchronized String redeem(Client client, String deviceCode) {
        Pending one = pending.get(deviceCode);
        if (one == null || !one.clientId.equals(client.id())) {
            throw new AwsError(400, "InvalidGrantException", "invalid_grant");
        }
        Instant now = Instant.now();
        if (now.isAfter(one.until)) {
            throw new AwsError(400, "ExpiredTokenException", "expired_token");
        }
        if (one.denied) {
            throw new AwsError(400, "AccessDeniedException", "access_denied");
        }
        boolean early = now.isBefore(one.notBefore);
        one.notBefore = now.plus(one.pace.minusMillis(100));
        if (early) {
            slowDowns++;
            one.pace = one.pace.plusSeconds(5);
            throw new AwsError(400, "SlowDownException", "slow_down");
        }
        String user = one.user;
        if (user == null) {
            throw new AwsError(400, "AuthorizationPendingException", "authorization_pending");
        }
        pending.remove(deviceCode);
        return user;
    }

    /** The user of a refresh token; it is good once. */
    synchronized String renew(String refreshToken) {
        Token known = refreshTokens.remove(refreshToken);
        if (known == null || Instant.now().isAfter(known.until())) {
            throw new AwsError(400, "InvalidGrantException", "invalid_grant");
        }
        return known.user();
    }

    synchronized Token issue(String user) {
        Token token = new Token(
                "aoaA" + Secret.random(120).reveal(), user, Instant.now().plus(tokenLife));
        tokens.put(token.value(), token);
        return token;
    }

    synchronized Token issueRefresh(String user) {
        Token token = new Token(
                "aorA" + Secret.random(120).reveal(), user, Instant.now().plus(REFRESH_LIFE));
        refreshTokens.put(token.value(), token);
        return token;
    }

    /** Who shows an access token. */
    synchronized Optional<String> user(String accessToken) {
        return Optional.ofNullable(tokens.get(accessToken))
                .filter(token -> Instant.now().isBefore(token.until()))
                .map(Token::user);
    }
}
