package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final RetryPolicy POLICY = new RetryPolicy(4, Duration.ofSeconds(10), Duration.ofSeconds(60));

    @Test
    void triplesThePauseUpToItsBoundAndThenGivesUp() {
        assertThat(POLICY.pauseAfter(1, 0.5, null)).contains(Duration.ofSeconds(10));
        assertThat(POLICY.pauseAfter(2, 0.5, null)).contains(Duration.ofSeconds(30));
        assertThat(POLICY.pauseAfter(3, 0.5, null)).contains(Duration.ofSeconds(60));
        assertThat(POLICY.pauseAfter(4, 0.5, null)).isEmpty();
        assertThat(POLICY.pauseAfter(5, 0.5, null)).isEmpty();
    }

    @Test
    void spreadsAttemptsByAFifth() {
        assertThat(POLICY.pauseAfter(1, 0, null)).contains(Duration.ofSeconds(8));
        assertThat(POLICY.pauseAfter(1, 1, null)).contains(Duration.ofSeconds(12));
    }

    @Test
    void waitsForAsLongAsTheReceiverAsksUpToTheLongestPause() {
        assertThat(POLICY.pauseAfter(1, 0.5, Duration.ofSeconds(25))).contains(Duration.ofSeconds(25));
        assertThat(POLICY.pauseAfter(1, 0.5, Duration.ofSeconds(1))).contains(Duration.ofSeconds(10));
        assertThat(POLICY.pauseAfter(1, 0.5, Duration.ofDays(1))).contains(Duration.ofSeconds(60));
        assertThat(POLICY.pauseAfter(4, 0.5, Duration.ofSeconds(1))).isEmpty();
    }
}
