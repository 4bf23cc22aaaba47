package dev.sallyport.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.api.access.GrantLife.Command;
import dev.sallyport.api.access.GrantLife.Decision;
import dev.sallyport.api.workflows.Workflow;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrantLifeTest {

    private static final Instant END = Instant.parse("2026-11-21T10:00:00Z");
    private static final Instant BEFORE = END.minusNanos(1_000);
    private static final Duration TEN = Duration.ofMinutes(10);

    @ParameterizedTest
    @CsvSource({
        "APPROVED,   activate, ACTIVATING ACTIVATE",
        "APPROVED,   extend,   grant_not_active",
        "APPROVED,   close,    CLOSING CLOSE",
        "APPROVED,   force,    CLOSING FORCE_CLOSE",
        "APPROVED,   lapse,    stay",
        "ACTIVATING, activate, stay",
        "ACTIVATING, extend,   grant_not_active",
        "ACTIVATING, close,    CLOSING CLOSE",
        "ACTIVATING, force,    CLOSING FORCE_CLOSE",
        "ACTIVATING, lapse,    stay",
        "ACTIVE,     activate, stay",
        "ACTIVE,     extend,   ACTIVE EXTEND",
        "ACTIVE,     close,    CLOSING CLOSE",
        "ACTIVE,     force,    CLOSING FORCE_CLOSE",
        "ACTIVE,     lapse,    stay",
        "CLOSING,    activate, grant_ended",
        "CLOSING,    extend,   grant_not_active",
        "CLOSING,    close,    stay",
        "CLOSING,    force,    CLOSING FORCE_CLOSE",
        "CLOSING,    lapse,    stay",
        "CLOSED,     activate, grant_ended",
        "CLOSED,     extend,   grant_not_active",
        "CLOSED,     close,    stay",
        "CLOSED,     force,    stay",
        "CLOSED,     lapse,    stay",
    })
    void everyCommandInEveryState(GrantStatus status, String command, String follows) {
        assertThat(told(life(status, true, 0).decide(command(command), BEFORE))).isEqualTo(follows);
    }

    @ParameterizedTest
    @CsvSource({"close", "force"})
    void whatTheBrokerNeverHeardOfIsClosedAtOnce(String command) {
        assertThat(told(life(GrantStatus.APPROVED, false, 0).decide(command(command), BEFORE)))
                .isEqualTo("CLOSED NONE");
    }

    @Test
    void whatWasNotActivatedInTimeIsOver() {
        assertThat(told(life(GrantStatus.APPROVED, false, 0).decide(new Command.Activate(), END)))
                .isEqualTo("activation_expired");
        assertThat(told(life(GrantStatus.APPROVED, false, 0).decide(new Command.Lapse(), END)))
                .isEqualTo("CLOSED NONE");
        assertThat(told(life(GrantStatus.APPROVED, true, 0).decide(new Command.Lapse(), END)))
                .isEqualTo("CLOSING CLOSE");
        for (GrantStatus status : List.of(GrantStatus.ACTIVATING, GrantStatus.ACTIVE, GrantStatus.CLOSING)) {
            assertThat(told(life(status, true, 0).decide(new Command.Lapse(), END.plusSeconds(86_400))))
                    .isEqualTo("stay");
        }
    }

    @Test
    void anExtensionIsBoundedAsTheWorkflowSays() {
        assertThat(told(life(GrantStatus.ACTIVE, true, 1).decide(new Command.Extend(TEN), BEFORE)))
                .isEqualTo("ACTIVE EXTEND");
        assertThat(told(life(GrantStatus.ACTIVE, true, 2).decide(new Command.Extend(TEN), BEFORE)))
                .isEqualTo("extensions_used_up");
        assertThat(told(life(GrantStatus.ACTIVE, true, 0).decide(new Command.Extend(TEN.plusSeconds(1)), BEFORE)))
                .isEqualTo("extension_too_long");
        assertThat(told(life(GrantStatus.ACTIVE, true, 0).decide(new Command.Extend(TEN), END)))
                .isEqualTo("grant_ended");
        GrantLife never = new GrantLife(GrantStatus.ACTIVE, true, null, END, 0, terms(null));
        assertThat(told(never.decide(new Command.Extend(TEN), BEFORE))).isEqualTo("not_extendable");
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aGrantThatIsNotEndingFollowsTheBroker(Phase phase) {
        String next = phase == Phase.FAILED ? "APPROVED" : phase.name();
        for (GrantStatus status : GrantStatus.LIVE) {
            assertThat(told(life(status, true, 0).decide(new Command.Told(phase), END)))
                    .isEqualTo(next + " NONE");
        }
    }

    @ParameterizedTest
    @EnumSource(Phase.class)
    void aGrantThatIsEndingIsNeverOpenedAgain(Phase phase) {
        Command told = new Command.Told(phase);
        assertThat(told(life(GrantStatus.CLOSED, true, 0).decide(told, BEFORE))).isEqualTo("stay");
        assertThat(told(life(GrantStatus.CLOSING, true, 0).decide(told, BEFORE)))
                .isEqualTo(phase == Phase.CLOSED ? "CLOSED NONE" : "stay");
    }

    private static Command command(String name) {
        return switch (name) {
            case "activate" -> new Command.Activate();
            case "extend" -> new Command.Extend(TEN);
            case "close" -> new Command.Close();
            case "force" -> new Command.ForceClose();
            case "lapse" -> new Command.Lapse();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static GrantLife life(GrantStatus status, boolean begun, int extensions) {
        return new GrantLife(status, begun, END, END, extensions, terms(new Workflow.Extension(2, TEN.toSeconds())));
    }

    private static Workflow terms(Workflow.@Nullable Extension extension) {
        return new Workflow(
                1,
                3600,
                3600,
                null,
                null,
                Workflow.Activation.AUTOMATIC,
                true,
                List.of(),
                extension,
                Workflow.Validation.NONE);
    }

    private static String told(Decision decision) {
        return switch (decision) {
            case Decision.Become become -> become.next() + " " + become.effect();
            case Decision.Stay stay -> "stay";
            case Decision.Refuse refuse -> refuse.code();
        };
    }
}
