package dev.sallyport.cli.ssm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutgoingWindowTest {

    private static final long MILLI = 1_000_000;

    private final OutgoingWindow window = new OutgoingWindow(3);

    @Test
    void numbersFromZeroAndIsFullAtItsCapacity() {
        send(0, 0);
        send(1, 0);
        assertThat(window.full()).isFalse();
        send(2, 0);

        assertThat(window.full()).isTrue();
        assertThatIllegalStateException().isThrownBy(() -> window.add(new byte[0], 0));
        assertThat(window.acknowledged(1, 10 * MILLI)).isTrue();
        assertThat(window.acknowledged(1, 10 * MILLI)).isFalse();
        assertThat(window.full()).isFalse();
    }

    @Test
    void sendsTheOldestAgainWhenItIsLate() {
        send(0, 0);
        send(1, 0);

        assertThat(window.due(200 * MILLI)).isEmpty();
        assertThat(window.due(201 * MILLI)).containsExactly(new byte[] {0});
        assertThat(window.due(202 * MILLI)).isEmpty();
        assertThat(window.due(402 * MILLI)).containsExactly(new byte[] {0});
    }

    @Test
    void sendsTheOthersAgainToThatAreOlderThanOneThatArrived() {
        send(0, 0);
        send(1, 0);
        send(2, 0);
        window.acknowledged(2, 100 * MILLI);

        assertThat(window.due(1_000 * MILLI)).containsExactly(new byte[] {0}, new byte[] {1});
    }

    @Test
    void sendsEverythingAgainOverANewSocket() {
        send(0, 0);
        send(1, 0);

        assertThat(window.all(MILLI)).containsExactly(new byte[] {0}, new byte[] {1});
    }

    @Test
    void waitsNoLongerThanASecond() {
        RoundTrip roundTrip = new RoundTrip();
        assertThat(roundTrip.timeoutNanos()).isEqualTo(Duration.ofMillis(200).toNanos());

        for (int i = 0; i < 50; i++) {
            roundTrip.took(Duration.ofSeconds(5).toNanos());
        }

        assertThat(roundTrip.timeoutNanos()).isEqualTo(Duration.ofSeconds(1).toNanos());
    }

    @Test
    void waitsTenMillisecondsBeyondTheMeanAtLeast() {
        RoundTrip roundTrip = new RoundTrip();

        for (int i = 0; i < 200; i++) {
            roundTrip.took(MILLI);
        }

        assertThat(roundTrip.timeoutNanos()).isBetween(11 * MILLI, 12 * MILLI);
    }

    private void send(int sequence, long now) {
        assertThat(window.nextSequence()).isEqualTo(sequence);
        window.add(new byte[] {(byte) sequence}, now);
    }
}
