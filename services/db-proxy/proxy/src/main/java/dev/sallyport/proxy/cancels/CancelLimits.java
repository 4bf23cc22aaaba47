package dev.sallyport.proxy.cancels;

/**
 * How many requests to cancel the other nodes are told of: whoever makes up keys fills a metric and not Kafka.
 *
 * @param perSecond in all, from 1
 * @param perSecondPerAddress the same of one client's address
 */
public record CancelLimits(int perSecond, int perSecondPerAddress) {

    public CancelLimits {
        positive("per-second", perSecond);
        positive("per-second-per-address", perSecondPerAddress);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("sallyport.proxy.cancels." + key + " is " + value + ": at least 1");
        }
    }
}
