package dev.sallyport.sandbox.oidc;

import dev.sallyport.kernel.Secret;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The device authorization grant (RFC 8628): a code to type into a browser, and one to ask again and again with. */
final class DeviceCodes {

    static final Duration LIFE = Duration.ofMinutes(10);
    static final Duration INTERVAL = Duration.ofSeconds(1);

    /** RFC 8628 section 3.5. */
    private static final Duration SLOWER = Duration.ofSeconds(5);

    /** RFC 8628 section 6.1: consonants make no words and cannot be mistaken for digits. */
    private static final String LETTERS = "BCDFGHJKLMNPQRSTVWXZ";

    private static final int MOST_OPEN = 1_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Map<String, Open> open = new HashMap<>();

    private static final class Open {
        private final String userCode;
        private final String clientId;
        private final String scope;
        private final Instant until;
        private Duration interval = INTERVAL;
        private @Nullable Instant asked;
        private @Nullable LocalUser user;
        private boolean denied;

        private Open(String userCode, String clientId, String scope, Instant until) {
            this.userCode = userCode;
            this.clientId = clientId;
            this.scope = scope;
            this.until = until;
        }
    }

    /** What a device gets; {@code userCode} is for its user. */
    record Issued(Secret deviceCode, String userCode) {}

    DeviceCodes(InstantSource clock) {
        this.clock = clock;
    }

    synchronized Issued issue(String clientId, String scope) {
        Instant now = clock.instant();
        // One that ran out is still known for a while, so that its device hears why.
        open.values().removeIf(each -> now.isAfter(each.until.plus(LIFE)));
        if (open.size() >= MOST_OPEN) {
            throw new IllegalArgumentException("too many logins at once");
        }
        Issued issued = new Issued(Secret.random(40), userCode());
        open.put(issued.deviceCode().reveal(), new Open(issued.userCode(), clientId, scope, now.plus(LIFE)));
        return issued;
    }

    /** The person at the browser agrees, or does not. @return whether the code is one that waits */
    synchronized boolean decide(String typed, LocalUser user, boolean agreed) {
        Optional<Open> found = waiting(typed);
        found.ifPresent(each -> {
            each.user = agreed ? user : null;
            each.denied = !agreed;
        });
        return found.isPresent();
    }

    private Optional<Open> waiting(String typed) {
        String code = typed.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
        Instant now = clock.instant();
        return open.values().stream()
                .filter(each -> each.userCode.replace("-", "").equals(code))
                .filter(each -> each.user == null && !each.denied && now.isBefore(each.until))
                .findFirst();
    }

    /** The device asks whether its user has agreed by now. */
    synchronized Session redeem(String deviceCode, String clientId) throws OAuthError {
        Open found = open.get(deviceCode);
        if (found == null || !found.clientId.equals(clientId)) {
            throw OAuthError.invalidGrant("the device_code is unknown, used, or another client's");
        }
        Instant now = clock.instant();
        if (now.isAfter(found.until)) {
            open.remove(deviceCode);
            throw new OAuthError("expired_token", "the device_code is too old: begin again");
        }
        if (found.denied) {
            open.remove(deviceCode);
            throw new OAuthError("access_denied", "the user said no");
        }
        if (found.user != null) {
            open.remove(deviceCode);
            return new Session(found.user, found.clientId, found.scope, null);
        }
        boolean early = found.asked != null && now.isBefore(found.asked.plus(found.interval));
        found.asked = now;
        if (early) {
            found.interval = found.interval.plus(SLOWER);
            throw new OAuthError("slow_down", "wait " + found.interval.toSeconds() + " s between two calls");
        }
        throw new OAuthError("authorization_pending", "the user has not agreed yet");
    }

    private static String userCode() {
        StringBuilder code = new StringBuilder();
        for (int at = 0; at < 8; at++) {
            code.append(at == 4 ? "-" : "").append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return code.toString();
    }
}
