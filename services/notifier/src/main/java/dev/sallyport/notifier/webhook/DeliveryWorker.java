package dev.sallyport.notifier.webhook;

import dev.sallyport.notifier.NotifierConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Delivers what is due, a few at a time, on virtual threads; nothing else waits for it. */
@ApplicationScoped
class DeliveryWorker {

    private static final Logger LOG = Logger.getLogger(DeliveryWorker.class);

    private final Deliveries deliveries;
    private final Destination destination;
    private final NotifierConfig.Webhooks config;
    private final RetryPolicy policy;
    private final MeterRegistry meters;
    private final InstantSource clock = InstantSource.system();
    private @Nullable Thread thread;
    private volatile boolean stopping;

    DeliveryWorker(
            Deliveries deliveries,
            WebhookClient webhook,
            SvixClient svix,
            NotifierConfig config,
            MeterRegistry meters) {
        this.deliveries = deliveries;
        this.destination = svix.present() ? svix : webhook;
        this.config = config.webhooks();
        this.meters = meters;
        policy = new RetryPolicy(this.config.maxAttempts(), this.config.firstPause(), this.config.maxPause());
    }

    void start(@Observes StartupEvent event) {
        if (config.told()) {
            thread = Thread.ofVirtual().name("webhook-deliveries").start(this::run);
        }
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(Duration.ofSeconds(5));
        }
    }

    private void run() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (!stopping) {
                if (!deliverDue(threads)) {
                    Thread.sleep(config.pollInterval());
                }
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts; what was under way is due again when its lease ends.
            LOG.debug("deliveries stopped");
        }
    }

    /** True when there was something to do. */
    private boolean deliverDue(ExecutorService threads) throws InterruptedException {
        try {
            Duration lease = destination.longest().plusSeconds(10);
            List<Delivery> due = deliveries.claim(config.concurrency(), clock.instant(), lease);
            List<Callable<Boolean>> tries = due.stream()
                    .<Callable<Boolean>>map(delivery -> () -> deliver(delivery))
                    .toList();
            threads.invokeAll(tries);
            return !due.isEmpty();
        } catch (RuntimeException e) {
            LOG.warnf("deliveries wait: %s", e.getMessage());
            return false;
        }
    }

    private boolean deliver(Delivery delivery) throws InterruptedException {
        try {
            conclude(delivery, destination.send(delivery, clock.instant()));
            return true;
        } catch (RuntimeException e) {
            // Its lease ends, and it is tried again.
            LOG.warnf("delivery of %s failed: %s", delivery.eventId(), e);
            return false;
        }
    }

    private void conclude(Delivery delivery, Attempt attempt) {
        Instant now = clock.instant();
        switch (attempt) {
            case Attempt.Accepted accepted -> {
                deliveries.delivered(delivery, accepted.status(), now);
                count("delivered");
            }
            case Attempt.Held held -> {
                deliveries.held(delivery, held, now.plus(config.firstPause()));
                count("held");
                LOG.warnf("webhook, event %s: %s", delivery.eventId(), held.reason());
            }
            case Attempt.Failed failed -> {
                Optional<Duration> pause = failed.lasting()
                        ? Optional.empty()
                        : policy.pauseAfter(
                                delivery.attempts(), ThreadLocalRandom.current().nextDouble());
                if (pause.isPresent()) {
                    deliveries.failed(delivery, failed, now.plus(pause.get()));
                    count("failed");
                } else {
                    deliveries.dead(delivery, failed, now);
                    count("dead");
                }
                LOG.warnf(
                        "webhook, event %s, attempt %d: %s; %s",
                        delivery.eventId(),
                        delivery.attempts(),
                        failed.reason(),
                        pause.map(next -> "next in " + next).orElse("given up"));
            }
        }
    }

    private void count(String outcome) {
        meters.counter("sallyport.webhooks.deliveries", "outcome", outcome).increment();
    }
}
