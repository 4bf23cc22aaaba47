package dev.sallyport.cli.ssm.channel;

import java.time.Duration;

/**
 * How long to wait for an acknowledgement: the mean round trip and four of its deviations (RFC 6298), with the constants of
 * session-manager-plugin ({@code config/config.go}). Not safe for many threads.
 */
final class RoundTrip {

    static final Duration FIRST_TIMEOUT = Duration.ofMillis(200);
    static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(1);
    private static final double FIRST_MEAN_NANOS = Duration.ofMillis(100).toNanos();
    private static final double GRANULARITY_NANOS = Duration.ofMillis(10).toNanos();
    private static final double MEAN_GAIN = 1.0 / 8;
    private static final double DEVIATION_GAIN = 1.0 / 4;

    private double meanNanos = FIRST_MEAN_NANOS;
    private double deviationNanos;
    private long timeoutNanos = FIRST_TIMEOUT.toNanos();

    /** A message that was sent once only took so long to be acknowledged. */
    void took(long nanos) {
        deviationNanos += DEVIATION_GAIN * (Math.abs(meanNanos - nanos) - deviationNanos);
        meanNanos += MEAN_GAIN * (nanos - meanNanos);
        double timeout = meanNanos + Math.max(GRANULARITY_NANOS, 4 * deviationNanos);
        timeoutNanos = (long) Math.min(timeout, LONGEST_TIMEOUT.toNanos());
    }

    long timeoutNanos() {
        return timeoutNanos;
    }
}
