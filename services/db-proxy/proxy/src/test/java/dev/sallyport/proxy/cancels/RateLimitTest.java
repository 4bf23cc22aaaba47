package dev.sallyport.proxy.cancels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
    private final RateLimit limit = new RateLimit(new CancelLimits(3, 2), nanoTime::get);

    @Test
    void letsSoManyOfAnAddressPassInASecond() {
        assertThat(limit.passes(address(1))).isTrue();
        assertThat(limit.passes(address(1))).isTrue();
        assertThat(limit.passes(address(1))).isFalse();

        assertThat(limit.passes(address(2))).isTrue();
    }

    @Test
    void letsSoManyPassInAllWhateverTheirAddresses() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.passes(address(i))).isTrue();
        }
        assertThat(limit.passes(address(9))).isFalse();
    }

    @Test
    void beginsAnewWithEachSecond() {
        for (int i = 0; i < 3; i++) {
            limit.passes(address(i));
        }
        nanoTime.addAndGet(Duration.ofSeconds(1).toNanos() - 1);
        assertThat(limit.passes(address(0))).isFalse();

        nanoTime.addAndGet(1);

        assertThat(limit.passes(address(0))).isTrue();
    }

    @Test
    void refusesALimitThatLetsNothingPass() {
        assertThatThrownBy(() -> new CancelLimits(0, 1))
                .hasMessage("sallyport.proxy.cancels.per-second is 0: at least 1");
        assertThatThrownBy(() -> new CancelLimits(1, 0))
                .hasMessage("sallyport.proxy.cancels.per-second-per-address is 0: at least 1");
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
