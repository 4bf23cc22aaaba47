package dev.sallyport.cli.rds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** When it is said that access ends soon. */
class EndWarningTest {

    private final BlockingQueue<Instant> warnings = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private void watch(Instant expiresAt, UnaryOperator<Instant> asked) {
        new EndWarning(InstantSource.system(), end, asked, warnings::add).watch(expiresAt);
    }

    @Test
    void warnsBeforeTheEnd() throws Exception {
        Instant expiresAt = Instant.now().plus(Duration.ofMillis(800));
        watch(expiresAt, UnaryOperator.identity());

        assertThat(warnings.poll(20, TimeUnit.SECONDS)).isEqualTo(expiresAt);
        assertThat(warnings.poll(1500, TimeUnit.MILLISECONDS))
                .as("a second one")
                .isNull();
    }

    @Test
    void aGrantThatWasExtendedIsToldOfBeforeItsNewEndOnly() throws Exception {
        Instant first = Instant.now().plus(Duration.ofMillis(400));
        Instant extended = first.plus(Duration.ofMillis(600));
        watch(first, _ -> extended);

        assertThat(warnings.poll(20, TimeUnit.SECONDS)).isEqualTo(extended);
        assertThat(Instant.now()).isAfter(first);
        assertThat(warnings).isEmpty();
    }

    @Test
    void saysNothingOfWhatHasEnded() throws Exception {
        end.complete(null);
        watch(Instant.now().plus(Duration.ofMillis(200)), UnaryOperator.identity());

        assertThat(warnings.poll(1, TimeUnit.SECONDS)).isNull();
    }
}
