package dev.sallyport.sandbox.aws;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Changes that take their time. As in RDS the answer to the call still shows the old status; a little later the new one is
 * seen, later still the change is in force, and only then the status is {@code available} again.
 */
final class Modifications implements AutoCloseable {

    /** How soon a change that the database did not take is tried again. */
    private static final Duration RETRY = Duration.ofMillis(500);
    /** Of the time that a change takes, when its status is seen. */
    private static final int SEEN_AFTER = 4;

    private final Cloud cloud;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloud-clock").factory());
    private volatile Duration time = Duration.ofMillis(600);

    Modifications(Cloud cloud) {
        this.cloud = cloud;
    }

    void time(Duration fromCallToAvailable) {
        time = fromCallToAvailable;
    }

    /** The password is pending already. */
    void resetPassword(DbResource resource, String password) {
        later(time.dividedBy(SEEN_AFTER), () -> cloud.begin(resource, "resetting-master-credentials"));
        later(time, () -> finishReset(resource, password));
    }

    /** The groups are being added and removed already. */
    void settleGroups(DbResource resource) {
        later(time.dividedBy(SEEN_AFTER), () -> cloud.begin(resource, "modifying"));
        later(time, () -> cloud.groupsSettled(resource));
    }

    private void finishReset(DbResource resource, String password) {
        try {
            resource.database.setMasterPassword(resource.masterUser, password);
        } catch (RuntimeException targetAway) {
            System.err.println(
                    "the master password of " + resource.name() + " is not set yet: " + targetAway.getMessage());
            later(RETRY, () -> finishReset(resource, password));
            return;
        }
        cloud.passwordSet(resource, password);
    }

    private void later(Duration delay, Runnable change) {
        clock.schedule(change, delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
