package dev.sallyport.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends what was committed, on a virtual thread of its own, for as long as the service runs. When the broker or the
 * database is down it keeps trying; the rows stay where they are.
 */
@ApplicationScoped
class Relay {

    private static final Logger LOG = Logger.getLogger(Relay.class);

    /** After a nudge the transaction is about to commit: look again soon, then ever less often. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(2);

    private static final Duration MEASURE_EVERY = Duration.ofSeconds(5);
    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    private final OutboxTable table;
    private final RecordSender sender;
    private final OutboxConfig config;
    private final Counter sent;
    private final Counter failed;
    private final Semaphore nudges = new Semaphore(0);
    private final Periodic measuring = new Periodic(MEASURE_EVERY);
    private final Periodic forgetting = new Periodic(FORGET_EVERY);

    private volatile OutboxTable.Lag lag = new OutboxTable.Lag(0, 0);
    private volatile boolean stopping;
    private @Nullable Thread thread;
    private int failures;

    Relay(OutboxTable table, RecordSender sender, OutboxConfig config, MeterRegistry meters) {
        this.table = table;
        this.sender = sender;
        this.config = config;
        sent = meters.counter("sallyport.outbox.sent");
        failed = meters.counter("sallyport.outbox.failures");
        Gauge.builder("sallyport.outbox.records", this, relay -> relay.lag.records())
                .description("Records that wait to be sent")
                .register(meters);
        Gauge.builder("sallyport.outbox.lag", this, relay -> relay.lag.seconds())
                .baseUnit("seconds")
                .description("For how long the oldest record has been waiting")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("outbox-relay").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(config.deliveryTimeout());
        }
    }

    /** Something was added and is about to be committed. Never blocks. */
    void nudge() {
        nudges.release();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!stopping) {
            try {
                boolean busy = !table.isEmpty() && relayOnce() > 0;
                failures = 0;
                keepHouse();
                if (!busy) {
                    pause = idle(pause) ? FIRST_PAUSE : shorter(pause.multipliedBy(2), config.pollInterval());
                }
            } catch (InterruptedException e) {
                // Only stop() interrupts this thread.
                return;
            } catch (RuntimeException e) {
                backOff(e);
            }
        }
    }

    private int relayOnce() throws InterruptedException {
        RecordSender.@Nullable Sent[] outcome = new RecordSender.Sent[1];
        int deleted = table.relay(config.batchSize(), rows -> {
            RecordSender.Sent now = sender.send(rows);
            outcome[0] = now;
            return now.acknowledged();
        });
        sent.increment(deleted);
        RecordSender.Sent now = outcome[0];
        if (now != null && now.failure() != null) {
            throw new IllegalStateException("Kafka did not take a record", now.failure());
        }
        return deleted;
    }

    private void keepHouse() {
        if (measuring.isDue()) {
            lag = table.lag();
        }
        if (forgetting.isDue()) {
            table.forgetSeen(config.inboxRetention(), InstantSource.system());
        }
    }

    /** Sleeps for {@code pause} at most; true when it was nudged. */
    private boolean idle(Duration pause) throws InterruptedException {
        boolean nudged = nudges.tryAcquire(pause.toNanos(), TimeUnit.NANOSECONDS);
        nudges.drainPermits();
        return nudged;
    }

    private void backOff(RuntimeException cause) {
        if (stopping) {
            return;
        }
        failures++;
        failed.increment();
        Duration pause = shorter(
                config.maxBackoff().dividedBy(16).multipliedBy(1L << Math.min(failures - 1, 4)), config.maxBackoff());
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        LOG.warnf("outbox not relayed, attempt %d, next in %s: %s", failures, pause, root);
        try {
            lag = table.lag();
        } catch (RuntimeException e) {
            LOG.debugf("the lag is not known either: %s", e);
        }
        try {
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Due at once, and then after each interval. */
    private static final class Periodic {

        private final long intervalNanos;
        private long next = System.nanoTime();

        Periodic(Duration interval) {
            intervalNanos = interval.toNanos();
        }

        boolean isDue() {
            long now = System.nanoTime();
            if (now - next < 0) {
                return false;
            }
            next = now + intervalNanos;
            return true;
        }
    }
}
