package dev.sallyport.cli.ssm.signin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sallyport.kernel.Secret;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in as the AWS CLI and the SDKs keep it (AWS SDKs and Tools Reference Guide, "IAM Identity Center credential provider"). Times are
 * RFC 3339; what is missing is null.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
record KeptToken(
        @Nullable String startUrl,
        @Nullable String region,
        @Nullable String accessToken,
        @Nullable String expiresAt,
        @Nullable String clientId,
        @Nullable String clientSecret,
        @Nullable String registrationExpiresAt,
        @Nullable String refreshToken) {

    /** A client that was registered, and nobody signed in yet. */
    static KeptToken registered(String startUrl, String region, String id, String secret, Instant until) {
        return new KeptToken(startUrl, region, null, null, id, secret, text(until), null);
    }

    KeptToken with(String token, @Nullable String refresh, Instant until) {
        return new KeptToken(
                startUrl, region, token, text(until), clientId, clientSecret, registrationExpiresAt, refresh);
    }

    /** The access token, when it is good until {@code then}. */
    Optional<Secret> goodAt(Instant then) {
        return Optional.ofNullable(accessToken)
                .filter(token -> after(expiresAt, then))
                .map(Secret::of);
    }

    boolean isRegisteredAt(Instant then) {
        return clientId != null && clientSecret != null && after(registrationExpiresAt, then);
    }

    boolean isRenewableAt(Instant then) {
        return refreshToken != null && isRegisteredAt(then);
    }

    private static boolean after(@Nullable String time, Instant then) {
        try {
            return time != null && Instant.parse(time.replace("UTC", "Z")).isAfter(then);
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** It holds tokens. */
    @Override
    public String toString() {
        return "KeptToken[" + startUrl + "]";
    }
}
