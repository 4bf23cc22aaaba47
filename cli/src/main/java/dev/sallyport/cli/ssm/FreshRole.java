package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A role that was made a moment ago: it takes AWS some seconds until it, and what it may do, is known everywhere. Until a deadline, being refused
 * is no refusal.
 */
public record FreshRole(Duration patience, SsmListener listener) {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    /**
     * The answer of a call, asked for again while it is refused.
     *
     * @param refused whether a failure may be one of a role that is too young
     */
    public <T> T patiently(Predicate<SdkException> refused, Supplier<T> call) {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return call.get();
            } catch (SdkException e) {
                if (!refused.test(e) || System.nanoTime() + pause.toNanos() > deadline) {
                    throw e;
                }
            }
            listener.waiting("the grant's role to appear in AWS");
            sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static void sleep(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SsmFailure.passing("interrupted");
        }
    }
}
