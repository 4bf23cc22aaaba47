package dev.sallyport.api.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
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
    void letsASmallSearchInBetweenThePlacesOfALargeOne() throws InterruptedException {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        Runnable large = () -> {
            inside.countDown();
            pass(open);
            order.add("large");
        };
        try (SideBySide sideBySide = new SideBySide(1, LONG)) {
            Thread first = Thread.startVirtualThread(() -> sideBySide.run(Collections.nCopies(100, large), LONG));
            inside.await();
            Thread second =
                    Thread.startVirtualThread(() -> sideBySide.run(List.<Runnable>of(() -> order.add("small")), LONG));
            await().until(() -> sideBySide.queued() == 1);
            open.countDown();
            first.join();
            second.join();

            assertThat(order).hasSize(101);
            assertThat(order.indexOf("small")).isLessThanOrEqualTo(1);
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

    private static void pass(CountDownLatch open) {
        try {
            assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void meet(CyclicBarrier together) {
        try {
            together.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
