package dev.sallyport.provisioner.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every cell of state × event. */
class JobMachineTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final RetryPolicy POLICY = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(3));

    private static final JobEvent UP = new JobEvent.TakenUp();
    private static final JobEvent DONE = new JobEvent.StepDone();
    private static final JobEvent PASSING = new JobEvent.StepFailed("busy", true);
    private static final JobEvent FOR_GOOD = new JobEvent.StepFailed("refused", false);

    private static final JobEvent CANCEL = new JobEvent.CancelAsked("bob");

    private static final JobState CANCELLED = new JobState.Cancelled(Step.MASTER, "ada");
    private static final JobState COMPLETED = new JobState.Completed();
    private static final JobState FAILED = new JobState.Failed(Step.MASTER, "refused");

    @Test
    void beginsWithThePreflightAtOnce() {
        assertThat(JobMachine.begin(NOW)).isEqualTo(new JobState.Waiting(Step.PREFLIGHT, 1, NOW));
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void takesUpAStepWhenItIsDueAndNotBefore(Step step) {
        JobState waiting = new JobState.Waiting(step, 2, NOW);
        assertThat(decide(waiting, UP, NOW.minusMillis(1))).isEqualTo(waiting);
        assertThat(decide(waiting, UP, NOW)).isEqualTo(new JobState.Running(step, 2));
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void takesUpAStepAgainWhoseProcessDied(Step step) {
        JobState running = new JobState.Running(step, 2);
        assertThat(decide(running, UP, NOW)).isEqualTo(running);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            PROVISION   | PREFLIGHT NETWORK MASTER ROLES
            PLAN        | PREFLIGHT PLAN
            DEPROVISION | PREFLIGHT REMOVE_ROLES REMOVE_NETWORK REMOVE_SECRETS
            """)
    void goesFromStepToStepToTheEnd(JobKind kind, String steps) {
        List<Step> walked = new ArrayList<>();
        JobState state = new JobState.Running(Step.PREFLIGHT, 3);
        while (state instanceof JobState.Running running) {
            walked.add(running.step());
            state = JobMachine.decide(kind, state, DONE, POLICY, NOW);
        }
        assertThat(walked).extracting(Step::name).containsExactly(steps.split(" "));
        assertThat(state).isEqualTo(COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void isCancelledBetweenTwoStepsOrInAPause(Step step) {
        JobState cancelled = new JobState.Cancelled(step, "bob");
        assertThat(decide(new JobState.Waiting(step, 2, NOW.plusSeconds(9)), CANCEL, NOW))
                .isEqualTo(cancelled);
        assertThat(decide(new JobState.Running(step, 2), CANCEL, NOW)).isEqualTo(cancelled);
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void waitsBehindAnotherJobOnTheClusterWithoutUsingUpAnAttempt(Step step) {
        JobEvent blocked = new JobEvent.Blocked(Duration.ofSeconds(2));
        JobState waiting = new JobState.Waiting(step, 2, NOW.plusSeconds(2));
        assertThat(decide(new JobState.Running(step, 2), blocked, NOW)).isEqualTo(waiting);
        assertThat(decide(new JobState.Waiting(step, 2, NOW), blocked, NOW)).isEqualTo(waiting);
        for (JobState ended : List.of(COMPLETED, FAILED, CANCELLED)) {
            assertThat(decide(ended, blocked, NOW)).isEqualTo(ended);
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void repeatsAStepAfterAPassingFailureUntilTheAttemptsAreUsedUp(Step step) {
        assertThat(decide(new JobState.Running(step, 1), PASSING, NOW))
                .isEqualTo(new JobState.Waiting(step, 2, NOW.plusSeconds(1)));
        assertThat(decide(new JobState.Running(step, 2), PASSING, NOW))
                .isEqualTo(new JobState.Waiting(step, 3, NOW.plusSeconds(2)));
        assertThat(decide(new JobState.Running(step, 3), PASSING, NOW))
                .isEqualTo(new JobState.Failed(step, "busy (given up after 3 attempts)"));
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void failsAtOnceForGood(Step step) {
        assertThat(decide(new JobState.Running(step, 1), FOR_GOOD, NOW))
                .isEqualTo(new JobState.Failed(step, "refused"));
    }

    @Test
    void leavesAFinishedJobAlone() {
        assertThat(decide(COMPLETED, UP, NOW)).isEqualTo(COMPLETED);
        assertThat(decide(FAILED, UP, NOW)).isEqualTo(FAILED);
        assertThat(decide(CANCELLED, UP, NOW)).isEqualTo(CANCELLED);
        assertThat(decide(COMPLETED, CANCEL, NOW)).isEqualTo(COMPLETED);
        assertThat(decide(FAILED, CANCEL, NOW)).isEqualTo(FAILED);
        assertThat(decide(CANCELLED, CANCEL, NOW)).isEqualTo(CANCELLED);
    }

    @Test
    void knowsNoEndOfAStepThatIsNotRunning() {
        for (JobState state : List.of(new JobState.Waiting(Step.MASTER, 1, NOW), COMPLETED, FAILED, CANCELLED)) {
            for (JobEvent event : List.of(DONE, PASSING, FOR_GOOD)) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> decide(state, event, NOW))
                        .withMessageContaining(state.getClass().getSimpleName());
            }
        }
    }

    @Test
    void boundsThePauses() {
        assertThat(POLICY.pauseAfter(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(POLICY.pauseAfter(2)).isEqualTo(Duration.ofSeconds(2));
        assertThat(POLICY.pauseAfter(3)).isEqualTo(Duration.ofSeconds(3));
        assertThat(POLICY.pauseAfter(1000)).isEqualTo(Duration.ofSeconds(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO))
                .withMessageContaining("at least once");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(2), Duration.ofSeconds(1)));
    }

    private static JobState decide(JobState state, JobEvent event, Instant now) {
        return JobMachine.decide(JobKind.PROVISION, state, event, POLICY, now);
    }
}
