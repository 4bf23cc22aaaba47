package dev.sallyport.api.workflows;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which access is had. A request keeps those that it was made with.
 *
 * @param priority the lowest counts where several workflows are available
 * @param accessDurationSeconds how long a grant lasts at most
 * @param defaultDurationSeconds how long when nobody says
 * @param requestExpirySeconds how long a request waits to be approved; null for as long as it takes
 * @param activationExpirySeconds how long an approved grant waits to be activated; null for as long as it takes
 * @param activation who begins: the approval, or the person
 * @param approvalRequired whether somebody else has to approve
 * @param approvalSteps each asks for a reviewer of its own; none: any one permitted approver
 * @param extension null when a grant cannot be extended
 */
public record Workflow(
        int priority,
        long accessDurationSeconds,
        long defaultDurationSeconds,
        @Nullable Long requestExpirySeconds,
        @Nullable Long activationExpirySeconds,
        Activation activation,
        boolean approvalRequired,
        List<ApprovalStep> approvalSteps,
        @Nullable Extension extension,
        Validation validation) {

    /** Who begins. */
    public enum Activation {
        /** The approval. */
        AUTOMATIC,
        /** The person, with {@code POST /api/access/grants/{id}/activate} or by asking again. */
        MANUAL;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Activation ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * One who has to approve.
     *
     * @param name unique in its workflow
     * @param when a condition in Cedar over {@code principal}, {@code resource} and {@code context}
     */
    public record ApprovalStep(String name, String when) {}

    /**
     * How a grant may be made to last longer.
     *
     * @param maximumCount how many times
     * @param durationSeconds by how much at most, each time
     */
    public record Extension(int maximumCount, long durationSeconds) {}

    /**
     * What has to be said.
     *
     * @param reasonRegex the whole reason has to match it; null for any
     * @param reasonMessage what is said when it does not
     * @param ticketRegex the whole ticket has to match it; null for any
     * @param ticketMessage what is said when it does not
     */
    public record Validation(
            boolean reasonRequired,
            @Nullable String reasonRegex,
            @Nullable String reasonMessage,
            boolean ticketRequired,
            @Nullable String ticketRegex,
            @Nullable String ticketMessage) {

        /** Nothing has to be said. */
        public static final Validation NONE = new Validation(false, null, null, false, null, null);
    }

    public Duration accessDuration() {
        return Duration.ofSeconds(accessDurationSeconds);
    }

    /** When a request made at {@code now} is no longer waited for. */
    public Optional<Instant> requestEnds(Instant now) {
        return Optional.ofNullable(requestExpirySeconds).map(now::plusSeconds);
    }

    /** Until when a grant approved at {@code now} has to be activated. */
    public Optional<Instant> activationEnds(Instant now) {
        return Optional.ofNullable(activationExpirySeconds).map(now::plusSeconds);
    }

    /** How often a grant may be extended. */
    public int maximumExtensions() {
        return extension == null ? 0 : extension.maximumCount();
    }
}
