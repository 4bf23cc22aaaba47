package dev.sallyport.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LossesTest {

    @Test
    void saysTheFirstAtOnceAndAllOthersTogetherEveryTenSeconds() {
        Losses losses = new Losses();
        long now = System.nanoTime();

        assertThat(losses.lost("full", now)).isEqualTo(1);
        for (int i = 1; i <= 500; i++) {
            assertThat(losses.lost("full", now + i)).isZero();
        }
        assertThat(losses.lost("full", now + Duration.ofSeconds(11).toNanos())).isEqualTo(501);
    }
}
