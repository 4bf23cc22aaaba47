package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a request is. */
public enum RequestStatus {
    REQUESTED,
    APPROVED,
    DENIED;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What somebody wants to do with a request. */
    public enum Verdict {
        APPROVE,
        DENY
    }

    /** What follows: a new status, or a refusal. */
    sealed interface Decision {
        record Become(RequestStatus next) implements Decision {}

        record Refuse(String code, String why) implements Decision {}
    }

    /** Decides once: a request that was decided on stays so, whatever is wanted later. */
    Decision decide(Verdict verdict) {
        return switch (this) {
            case REQUESTED ->
                new Decision.Become(
                        switch (verdict) {
                            case APPROVE -> APPROVED;
                            case DENY -> DENIED;
                        });
            case APPROVED -> new Decision.Refuse("already_decided", "this request was approved already");
            case DENIED -> new Decision.Refuse("already_decided", "this request was denied already");
        };
    }
}
