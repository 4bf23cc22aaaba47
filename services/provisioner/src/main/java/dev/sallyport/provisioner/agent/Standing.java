package dev.sallyport.provisioner.agent;

import java.time.Duration;
import java.time.Instant;

/** Whether this agent may take up jobs. */
sealed interface Standing {

    /** It has no key, and needs none. */
    record Unregistered() implements Standing {}

    /** The api has not answered yet. @param problem why, for people */
    record Unproven(String problem) implements Standing {}

    /** The api knew the key. @param problem why it could not be asked since; empty when it could */
    record Proven(Instant at, String problem) implements Standing {}

    /** The api does not know the key, or not as this agent's. */
    record Refused(String reason) implements Standing {}

    /** The api answered nothing of use: what was proven holds for a while, what was refused stays so. */
    default Standing unanswered(String problem) {
        return switch (this) {
            case Unregistered unregistered -> unregistered;
            case Unproven unproven -> new Unproven(problem);
            case Proven proven -> new Proven(proven.at(), problem);
            case Refused refused -> refused;
        };
    }

    /** @param holds how long a proof holds */
    default boolean mayWork(Instant now, Duration holds) {
        return switch (this) {
            case Unregistered unregistered -> true;
            case Unproven unproven -> false;
            case Proven proven -> now.isBefore(proven.at().plus(holds));
            case Refused refused -> false;
        };
    }

    /** For people: why it may not work, or what is wrong though it may. */
    default String problem() {
        return switch (this) {
            case Unregistered unregistered -> "";
            case Unproven unproven -> unproven.problem();
            case Proven proven -> proven.problem();
            case Refused refused -> refused.reason();
        };
    }
}
