package dev.sallyport.contracts.grants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What must be true of a statement's record before the statement is forwarded to the target. */
public enum AuditMode {
    /** It is on the disk: it outlives the loss of the machine's power. */
    STRICT,
    /** It is in the page cache: it outlives the death of the proxy. Clients wait while too much is unshipped. */
    BOUNDED,
    /** Nothing: what cannot be recorded is executed, counted, and named as a gap in the session's chain. */
    BEST_EFFORT;

    @JsonValue
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** @throws IllegalArgumentException when there is no such mode */
    @JsonCreator
    public static AuditMode ofLabel(String label) {
        for (AuditMode mode : values()) {
            if (mode.label().equals(label)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("the audit mode '" + label + "' is none of strict, bounded, best-effort");
    }
}
