package dev.sallyport.api.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** As many at once as allowed, no more, and nobody waits past the deadline. */
class SideBySideTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void runsAsManyAtOnceAsAllowed() {
        CyclicBarrier together = new CyclicBarrier(3);
        try (SideBySide sideBySide = new SideBySide(3, LONG)) {
            List<Runnable> late = sideBySide.run(Collections.nCopies(6, () -> meet(together)), LONG);

            assertThat(late).isEmpty();
        }
    }

    @Test
    void runsNoMoreAtOnceThanAllowedOverAllCallers() throws InterruptedException {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger peak = new AtomicInteger();
        Runnable look = () -> {
            peak.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Thread.yield();
            underWay.decrementAndGet();
        };
        try (SideBySide sideBySide = new SideBySide(2, LONG)) {
            Thread other = Thread.startVirtualThread(() -> sideBySide.run(Collections.nCopies(200, look), LONG));
            sideBySide.run(Collections.nCopies(200, look), LONG);
            other.join();

            assertThat(peak.get()).isBetween(1, 2);
        }
    }

    @Test
    void namesThoseThatAreLateAndInterruptsThem() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Runnable slow = () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        };
        Runnable quick = () -> {};
        try (SideBySide sideBySide = new SideBySide(2, LONG)) {
            List<Runnable> late = sideBySide.run(List.of(quick, slow), Duration.ofMillis(50));

            assertThat(late).containsExactly(slow);
            assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void hidesNoFaultOfOurs() {
        try (SideBySide sideBySide = new SideBySide(1, LONG)) {
            assertThatThrownBy(() -> sideBySide.run(
                            List.<Runnable>of(() -> {
                                throw new IllegalStateException("ours");
                            }),
                            LONG))
                    .hasMessage("ours");
        }
    }

    @Test
    void refusesABoundOfNothing() {
        assertThatThrownBy(() -> new SideBySide(0, LONG)).hasMessageContaining("sallyport.aws.concurrency");
        assertThatThrownBy(() -> new SideBySide(1, Duration.ZERO)).hasMessageContaining("search-deadline");
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
