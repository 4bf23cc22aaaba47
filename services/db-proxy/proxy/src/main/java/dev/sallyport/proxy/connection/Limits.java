package dev.sallyport.proxy.connection;

import java.time.Duration;

/**
 * The bounds of what clients may take up.
 *
 * @param handshake how long a client has from the accept until it is in
 * @param unauthenticated how many clients may be without proof of their secret at once
 * @param unauthenticatedPerAddress the same for one address
 * @param sessions how many may be in at once
 * @param sessionsPerPerson the same for one person
 * @param idle after how long without a byte from the client a session ends; zero for never
 */
public record Limits(
        Duration handshake,
        int unauthenticated,
        int unauthenticatedPerAddress,
        int sessions,
        int sessionsPerPerson,
        Duration idle) {

    public Limits {
        if (handshake.isNegative() || handshake.isZero()) {
            throw new IllegalArgumentException("sallyport.proxy.limits.handshake must be longer than nothing");
        }
        positive("unauthenticated", unauthenticated);
        positive("unauthenticated-per-address", unauthenticatedPerAddress);
        positive("sessions", sessions);
        positive("sessions-per-person", sessionsPerPerson);
        if (idle.isNegative()) {
            throw new IllegalArgumentException("sallyport.proxy.limits.idle must not be negative");
        }
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("sallyport.proxy.limits." + key + " is " + value + ": at least 1");
        }
    }
}
