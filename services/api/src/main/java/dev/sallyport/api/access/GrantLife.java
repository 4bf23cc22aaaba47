package dev.sallyport.api.access;

import static dev.sallyport.api.access.GrantStatus.ACTIVATING;
import static dev.sallyport.api.access.GrantStatus.ACTIVE;
import static dev.sallyport.api.access.GrantStatus.APPROVED;
import static dev.sallyport.api.access.GrantStatus.CLOSED;
import static dev.sallyport.api.access.GrantStatus.CLOSING;

import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The decisions about one grant. Each command may come twice, late or early.
 *
 * @param begun whether the broker was ever told of it
 * @param activateBy until when it has to be activated; null for ever
 * @param ends when it expires, as far as that is known
 * @param extensions how often it was extended
 * @param terms those that it was made with
 */
record GrantLife(
        GrantStatus status,
        boolean begun,
        @Nullable Instant activateBy,
        @Nullable Instant ends,
        int extensions,
        Workflow terms) {

    /** What is to become of a grant. */
    sealed interface Command {
        /** Let it be used; also a second time, after it failed. */
        record Activate() implements Command {}

        /** Let it last longer. */
        record Extend(Duration by) implements Command {}

        /** End it. */
        record Close() implements Command {}

        /** End it although its way cannot be taken down now. */
        record ForceClose() implements Command {}

        /** By the clock: it was not activated in time. */
        record Lapse() implements Command {}

        /** The broker's newest word. */
        record Told(Phase phase) implements Command {}
    }

    /** What the broker is to be told. */
    enum Effect {
        NONE,
        ACTIVATE,
        EXTEND,
        CLOSE,
        FORCE_CLOSE
    }

    /** What follows. */
    sealed interface Decision {
        record Become(GrantStatus next, Effect effect) implements Decision {}

        record Stay(String why) implements Decision {}

        record Refuse(String code, String why) implements Decision {}
    }

    Decision decide(Command command, Instant now) {
        return switch (command) {
            case Command.Activate activate -> activate(now);
            case Command.Extend extend -> extend(extend.by(), now);
            case Command.Close close -> close(Effect.CLOSE);
            case Command.ForceClose close ->
                status == CLOSING ? new Decision.Become(CLOSING, Effect.FORCE_CLOSE) : close(Effect.FORCE_CLOSE);
            case Command.Lapse lapse -> lapse(now);
            case Command.Told told -> told(told.phase());
        };
    }

    private Decision activate(Instant now) {
        return switch (status) {
            case APPROVED ->
                over(activateBy, now)
                        ? new Decision.Refuse("activation_expired", "it was not activated in time: ask anew")
                        : new Decision.Become(ACTIVATING, Effect.ACTIVATE);
            case ACTIVATING, ACTIVE -> new Decision.Stay("it is " + status.label() + " already");
            case CLOSING, CLOSED -> ended();
        };
    }

    private Decision extend(Duration by, Instant now) {
        return switch (status) {
            case ACTIVE -> over(ends, now) ? ended() : extendActive(by);
            case APPROVED, ACTIVATING, CLOSING, CLOSED ->
                new Decision.Refuse("grant_not_active", "the grant is " + status.label() + ", not active");
        };
    }

    private Decision extendActive(Duration by) {
        Workflow.Extension allowed = terms.extension();
        if (allowed == null) {
            return new Decision.Refuse("not_extendable", "its workflow allows no extension: ask anew when it ended");
        }
        if (extensions >= allowed.maximumCount()) {
            return new Decision.Refuse(
                    "extensions_used_up",
                    "it was extended " + extensions
                            + " times, as often as its workflow allows: ask anew when it ended");
        }
        if (by.toSeconds() > allowed.durationSeconds()) {
            return new Decision.Refuse(
                    "extension_too_long", "an extension is " + allowed.durationSeconds() + " seconds at most");
        }
        return new Decision.Become(ACTIVE, Effect.EXTEND);
    }

    private Decision close(Effect effect) {
        return switch (status) {
            // Nobody but us knows of it.
            case APPROVED -> begun ? new Decision.Become(CLOSING, effect) : new Decision.Become(CLOSED, Effect.NONE);
            case ACTIVATING, ACTIVE -> new Decision.Become(CLOSING, effect);
            case CLOSING -> new Decision.Stay("it is being closed already");
            case CLOSED -> new Decision.Stay("it is closed already");
        };
    }

    private Decision lapse(Instant now) {
        return switch (status) {
            case APPROVED ->
                over(activateBy, now) ? close(Effect.CLOSE) : new Decision.Stay("there is still time to activate it");
            case ACTIVATING, ACTIVE, CLOSING, CLOSED -> new Decision.Stay("it is " + status.label());
        };
    }

    /** A word that was on its way while we began to close does not open it again. */
    private Decision told(Phase phase) {
        return switch (status) {
            case CLOSED -> new Decision.Stay("it is closed");
            case CLOSING ->
                phase == Phase.CLOSED
                        ? new Decision.Become(CLOSED, Effect.NONE)
                        : new Decision.Stay("it is being closed");
            case APPROVED, ACTIVATING, ACTIVE ->
                new Decision.Become(
                        switch (phase) {
                            case ACTIVATING -> ACTIVATING;
                            case ACTIVE -> ACTIVE;
                            case FAILED -> APPROVED;
                            case CLOSING -> CLOSING;
                            case CLOSED -> CLOSED;
                        },
                        Effect.NONE);
        };
    }

    private static Decision ended() {
        return new Decision.Refuse("grant_ended", "the grant has ended: ask anew");
    }

    private static boolean over(@Nullable Instant limit, Instant now) {
        return limit != null && !now.isBefore(limit);
    }
}
