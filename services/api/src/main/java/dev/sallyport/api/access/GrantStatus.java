package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import java.util.Locale;
import java.util.Set;

/** Where a grant is, as far as the api knows. */
public enum GrantStatus {
    APPROVED,
    ACTIVATING,
    ACTIVE,
    FAILED,
    CLOSING,
    CLOSED;

    /** With one of these there is no need to ask again. */
    static final Set<GrantStatus> LIVE = Set.of(APPROVED, ACTIVATING, ACTIVE);

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** After somebody wants it closed. */
    GrantStatus closing() {
        return switch (this) {
            case APPROVED, ACTIVATING, ACTIVE, FAILED, CLOSING -> CLOSING;
            case CLOSED -> CLOSED;
        };
    }

    /** After the broker's newest word: one that was on its way while we began to close does not open it again. */
    GrantStatus told(Phase phase) {
        return switch (this) {
            case CLOSED -> CLOSED;
            case CLOSING -> phase == Phase.CLOSED ? CLOSED : CLOSING;
            case APPROVED, ACTIVATING, ACTIVE, FAILED ->
                switch (phase) {
                    case ACTIVATING -> ACTIVATING;
                    case ACTIVE -> ACTIVE;
                    case FAILED -> FAILED;
                    case CLOSING -> CLOSING;
                    case CLOSED -> CLOSED;
                };
        };
    }
}
