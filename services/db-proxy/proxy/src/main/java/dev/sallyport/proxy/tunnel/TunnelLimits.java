package dev.sallyport.proxy.tunnel;

import java.time.Duration;

/**
 * The bounds of what tunnels may take up.
 *
 * @param tunnels how many may be open at once
 * @param tunnelsPerPerson the same for one person
 * @param streams how many streams one tunnel may have at once; each holds at most 256 KiB of what its target does not take
 * @param keepalive how often a tunnel is asked for a sign of life; one that gives none until the next time is closed
 */
public record TunnelLimits(int tunnels, int tunnelsPerPerson, int streams, Duration keepalive) {

    public TunnelLimits {
        positive("max-tunnels", tunnels);
        positive("max-tunnels-per-person", tunnelsPerPerson);
        positive("max-streams", streams);
        if (keepalive.compareTo(Duration.ofMillis(100)) < 0) {
            throw new IllegalArgumentException("sallyport.proxy.tunnel.keepalive is " + keepalive + ": at least 0.1s");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("sallyport.proxy.tunnel." + key + " is " + value + ": at least 1");
        }
    }
}
