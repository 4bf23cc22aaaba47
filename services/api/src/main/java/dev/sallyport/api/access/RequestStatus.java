package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a request is. */
public enum RequestStatus {
    REQUESTED,
    APPROVED,
    DENIED,
    CANCELLED,
    EXPIRED;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is to become of a request. */
    public enum Command {
        /** The last approval that it needs. */
        APPROVE,
        /** An approval behind which others are still needed. */
        REVIEW,
        DENY,
        /** By who asked. */
        CANCEL,
        /** By the clock. */
        EXPIRE,
        /** Nobody else has to approve: in an emergency, or as the workflow says. */
        UNATTENDED
    }

    /** What follows. */
    sealed interface Decision {
        record Become(RequestStatus next) implements Decision {}

        record Stay(String why) implements Decision {}

        record Refuse(String code, String why) implements Decision {}
    }

    /**
     * Decides once: a request that was decided on stays so, whatever is wanted later and wherever the clock jumps.
     *
     * @param expiresAt when it is no longer waited for; null for never
     */
    Decision decide(Command command, @Nullable Instant expiresAt, Instant now) {
        boolean over = expiresAt != null && !now.isBefore(expiresAt);
        return switch (this) {
            case REQUESTED ->
                switch (command) {
                    case APPROVE -> over ? tooLate() : new Decision.Become(APPROVED);
                    case REVIEW -> over ? tooLate() : new Decision.Stay("others have to approve it too");
                    case DENY -> over ? tooLate() : new Decision.Become(DENIED);
                    case CANCEL -> new Decision.Become(CANCELLED);
                    case EXPIRE -> over ? new Decision.Become(EXPIRED) : new Decision.Stay("its time is not over");
                    case UNATTENDED -> new Decision.Become(APPROVED);
                };
            case APPROVED, DENIED, CANCELLED, EXPIRED ->
                switch (command) {
                    case APPROVE, REVIEW, DENY, UNATTENDED ->
                        new Decision.Refuse("already_decided", "this request was " + label() + " already");
                    case CANCEL ->
                        this == CANCELLED
                                ? new Decision.Stay("it was cancelled already")
                                : new Decision.Refuse("already_decided", "this request was " + label() + " already");
                    case EXPIRE -> new Decision.Stay("it is " + label());
                };
        };
    }

    private static Decision tooLate() {
        return new Decision.Refuse(
                "request_expired", "nobody decided on this request in time: ask its requester to ask anew");
    }
}
