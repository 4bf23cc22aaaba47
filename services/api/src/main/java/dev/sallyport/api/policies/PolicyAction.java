package dev.sallyport.api.policies;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What a person wants to do, as {@code cedar/sallyport.cedarschema} names it. */
public enum PolicyAction {
    REQUEST("Request"),
    APPROVE("Approve"),
    ACTIVATE("Activate"),
    BREAKGLASS_ACTIVATE("BreakglassActivate"),
    EXTEND("Extend"),
    CLOSE("Close"),
    FORCE_CLOSE("ForceClose"),
    GET_SESSION_LOG("GetSessionLog");

    private final String label;

    PolicyAction(String label) {
        this.label = label;
    }

    @JsonValue
    public String label() {
        return label;
    }

    public static Optional<PolicyAction> ofLabel(String label) {
        return Arrays.stream(values())
                .filter(action -> action.label.equals(label))
                .findFirst();
    }

    @JsonCreator
    static PolicyAction read(String label) {
        return ofLabel(label).orElseThrow(() -> new IllegalArgumentException("'" + label + "' is not an action"));
    }
}
