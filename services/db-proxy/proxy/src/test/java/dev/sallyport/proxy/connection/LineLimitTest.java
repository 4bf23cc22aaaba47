package dev.sallyport.proxy.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineLimitTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
    private final LineLimit limit = new LineLimit(2, Duration.ofNanos(10), nanoTime::get);

    @Test
    void holdsLinesBackAndSaysInTheNextPeriodHowMany() {
        assertThat(limit.next()).isZero();
        assertThat(limit.next()).isZero();
        assertThat(limit.next()).isEqualTo(LineLimit.HELD_BACK);
        nanoTime.addAndGet(9);
        assertThat(limit.next()).isEqualTo(LineLimit.HELD_BACK);

        nanoTime.addAndGet(1);

        assertThat(limit.next()).isEqualTo(2);
        assertThat(limit.next()).isZero();
        assertThat(limit.next()).isEqualTo(LineLimit.HELD_BACK);
    }
}
