package dev.sallyport.notifier.webhook;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The header {@code Retry-After}: seconds, or a date (RFC 9110, 10.2.3). */
final class RetryAfter {

    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    /** Longer than any pause of ours; more digits mean the same. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    /** The pause that it asks for; empty when it is neither. A date that is past asks for none. */
    static Optional<Duration> of(String header, Instant now) {
        String text = header.strip();
        if (SECONDS.matcher(text).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Duration pause = Duration.between(
                    now,
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                            .toInstant());
            return Optional.of(pause.isNegative() ? Duration.ZERO : pause);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** What an answer asks for whose status says that somebody is busy; null when it asks for nothing. */
    static @Nullable Duration of(Response answer, Instant now) {
        boolean busy = answer.code() == TOO_MANY || answer.code() == UNAVAILABLE;
        return Optional.ofNullable(busy ? answer.header("Retry-After") : null)
                .flatMap(header -> of(header, now))
                .orElse(null);
    }

    private RetryAfter() {}
}
