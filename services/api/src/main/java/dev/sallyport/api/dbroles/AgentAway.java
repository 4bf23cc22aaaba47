package dev.sallyport.api.dbroles;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What becomes of a job whose agent is away when it is ordered. */
enum AgentAway {
    /** It is refused. */
    FAIL,
    /** It waits until the agent is back. */
    WAIT;

    static final String RULE = "when_agent_offline is fail or wait";

    /** {@link #FAIL} when nothing was said; empty when it was something else. */
    static Optional<AgentAway> labelled(@Nullable String label) {
        return switch (label) {
            case null -> Optional.of(FAIL);
            case "fail" -> Optional.of(FAIL);
            case "wait" -> Optional.of(WAIT);
            default -> Optional.empty();
        };
    }
}
