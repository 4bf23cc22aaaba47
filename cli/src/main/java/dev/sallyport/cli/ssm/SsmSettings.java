package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.Timing;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * Where AWS is, and how long everything waits.
 *
 * @param endpoint all of AWS at one address, as in the local stack; empty for AWS itself
 * @param call deadline of one call of an AWS API, its attempts included
 * @param freshRole how long a role that was just made may be refused, until that counts
 * @param accept how long the local port waits for its connection
 */
public record SsmSettings(Optional<URI> endpoint, Duration call, Duration freshRole, Duration accept, Timing timing) {

    /** AWS itself, or what stands in for it. */
    public static SsmSettings at(Optional<URI> endpoint) {
        return new SsmSettings(
                endpoint, Duration.ofSeconds(20), Duration.ofSeconds(60), Duration.ofMinutes(2), Timing.DEFAULT);
    }
}
