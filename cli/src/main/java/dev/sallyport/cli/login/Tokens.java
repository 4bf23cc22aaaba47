package dev.sallyport.cli.login;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a login brought.
 *
 * @param expiresAt of the access token
 * @param refresh empty when the issuer gave none: then the login ends with the access token
 */
record Tokens(Secret access, Instant expiresAt, Optional<Secret> refresh) {

    /** When an issuer does not say how long. */
    private static final Duration UNSAID = Duration.ofMinutes(5);

    /** Renewed this long before its end, so that it does not end on the way. */
    private static final Duration MARGIN = Duration.ofSeconds(60);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The one place where they are text: what the keyring or the file holds. */
    private record Written(
            @JsonProperty("access_token") String access,
            @JsonProperty("expires_at") String expiresAt,
            @JsonProperty("refresh_token") String refresh) {}

    /** RFC 6749 section 5.1. @param before whose refresh token stays when no new one came (section 6) */
    static Tokens of(JsonNode answer, Instant now, Optional<Tokens> before) {
        Duration life = answer.path("expires_in").canConvertToLong()
                ? Duration.ofSeconds(answer.path("expires_in").asLong())
                : UNSAID;
        Optional<Secret> fresh = Optional.of(answer.path("refresh_token").asText(""))
                .filter(text -> !text.isEmpty())
                .map(Secret::of);
        return new Tokens(
                Secret.of(answer.path("access_token").asText()),
                now.plus(life),
                fresh.or(() -> before.flatMap(Tokens::refresh)));
    }

    boolean good(Instant now) {
        return now.plus(MARGIN).isBefore(expiresAt);
    }

    /** Whether it may still be used when it cannot be renewed. */
    boolean over(Instant now) {
        return !now.isBefore(expiresAt);
    }

    Secret written() {
        try {
            return Secret.of(JSON.writeValueAsString(new Written(
                    access.reveal(),
                    expiresAt.toString(),
                    refresh.map(Secret::reveal).orElse(""))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("tokens have no JSON form");
        }
    }

    /** Empty for what is damaged: then one logs in again. */
    static Optional<Tokens> read(Secret text) {
        try {
            Written written = JSON.readValue(text.reveal(), Written.class);
            return Optional.of(new Tokens(
                    Secret.of(written.access()),
                    Instant.parse(written.expiresAt()),
                    Optional.of(written.refresh())
                            .filter(token -> !token.isEmpty())
                            .map(Secret::of)));
        } catch (JsonProcessingException | RuntimeException e) {
            return Optional.empty();
        }
    }
}
