package dev.sallyport.notifier.webhook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one try. */
sealed interface Attempt {

    /** The webhook answered with a status of 200 to 299. */
    record Accepted(int status) implements Attempt {}

    /**
     * We are not let in: somebody has to see to our settings. Until then the message waits, and no attempt is counted.
     *
     * @param status null when nobody was asked
     * @param reason for people, with what to do
     */
    record Held(@Nullable Integer status, String reason) implements Attempt {}

    /**
     * It did not.
     *
     * @param status null when there was no answer
     * @param reason for people; holds nothing of the answer's body
     * @param lasting true when another try is of no use
     * @param notBefore the pause that the answer asked for (RFC 9110 10.2.3, Retry-After); null when it asked for none
     */
    record Failed(
            @Nullable Integer status,
            String reason,
            boolean lasting,
            @Nullable Duration notBefore) implements Attempt {

        Failed(@Nullable Integer status, String reason, boolean lasting) {
            this(status, reason, lasting, null);
        }
    }
}
