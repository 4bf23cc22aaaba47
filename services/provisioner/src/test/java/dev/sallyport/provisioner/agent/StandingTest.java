package dev.sallyport.provisioner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StandingTest {

    private static final Instant NOW = Instant.parse("2026-03-10T12:00:00Z");
    private static final Duration HOLDS = Duration.ofMinutes(10);

    @Test
    void worksWithoutAKeyWhereNoneIsNeeded() {
        Standing standing = new Standing.Unregistered();
        assertThat(standing.mayWork(NOW, HOLDS)).isTrue();
        assertThat(standing.unanswered("away")).isEqualTo(standing);
        assertThat(standing.problem()).isEmpty();
    }

    @Test
    void doesNotWorkBeforeTheFirstProof() {
        Standing standing = new Standing.Unproven("not asked yet");
        assertThat(standing.mayWork(NOW, HOLDS)).isFalse();
        assertThat(standing.unanswered("away")).isEqualTo(new Standing.Unproven("away"));
    }

    @Test
    void worksOnAProofForAWhileWhenTheApiIsAway() {
        Standing standing = new Standing.Proven(NOW, "").unanswered("away");
        assertThat(standing.problem()).isEqualTo("away");
        assertThat(standing.mayWork(NOW.plus(HOLDS).minusMillis(1), HOLDS)).isTrue();
        assertThat(standing.mayWork(NOW.plus(HOLDS), HOLDS)).isFalse();
    }

    @Test
    void staysRefusedUntilTheApiSaysOtherwise() {
        Standing standing = new Standing.Refused("no such key").unanswered("away");
        assertThat(standing).isEqualTo(new Standing.Refused("no such key"));
        assertThat(standing.mayWork(NOW, HOLDS)).isFalse();
    }
}
