package dev.sallyport.api.access;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Set;

/** Where a grant is, as far as the api knows. {@link GrantLife} decides what follows. */
public enum GrantStatus {
    /** It may be activated. What failed to be activated is here again. */
    APPROVED,
    ACTIVATING,
    ACTIVE,
    CLOSING,
    CLOSED;

    /** With one of these there is no need to ask again. */
    static final Set<GrantStatus> LIVE = Set.of(APPROVED, ACTIVATING, ACTIVE);

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
