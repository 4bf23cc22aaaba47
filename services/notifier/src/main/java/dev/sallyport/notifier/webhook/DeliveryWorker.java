package dev.sallyport.notifier.webhook;

import dev.sallyport.notifier.NotifierConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Delivers what is due on virtual threads. One dispatcher claims; each endpoint has a lane of its own, so that one that is slow
 * or away takes up its own places only.
 */
@ApplicationScoped
class DeliveryWorker {

    private static final Logger LOG = Logger.getLogger(DeliveryWorker.class);
    private static final Duration SPARE = Duration.ofSeconds(10);

    private final Deliveries deliveries;
    private final Supplier<List<Endpoint>> endpoints;
    private final Destination destination;
    private final NotifierConfig.Webhooks config;
    private final RetryPolicy policy;
    private final MeterRegistry meters;
    private final Held held;
    private final InstantSource clock;
    private final Map<String, Lane> lanes = new ConcurrentHashMap<>();
    /** Somebody left a lane: there may be more for it. */
    private final Semaphore left = new Semaphore(0);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Thread thread;
    private volatile boolean stopping;

    @Inject
    DeliveryWorker(
            Deliveries deliveries,
            Endpoints endpoints,
            Destination destination,
            NotifierConfig config,
            MeterRegistry meters,
            Held held,
            InstantSource clock) {
        this(deliveries, endpoints::all, destination, config, meters, held, clock);
    }

    DeliveryWorker(
            Deliveries deliveries,
            Supplier<List<Endpoint>> endpoints,
            Destination destination,
            NotifierConfig config,
            MeterRegistry meters,
            Held held,
            InstantSource clock) {
        this.deliveries = deliveries;
        this.endpoints = endpoints;
        this.destination = destination;
        this.config = config.webhooks();
        this.meters = meters;
        this.held = held;
        this.clock = clock;
        policy = new RetryPolicy(this.config.maxAttempts(), this.config.firstPause(), this.config.maxPause());
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("webhook-deliveries").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        stopping = true;
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(Duration.ofSeconds(5));
        }
        // What was under way is due again when its lease ends.
        threads.shutdownNow();
    }

    private void run() {
        try {
            while (!stopping) {
                if (!dispatch()) {
                    boolean woken = left.tryAcquire(config.pollInterval().toMillis(), TimeUnit.MILLISECONDS);
                    if (woken) {
                        left.drainPermits();
                    }
                }
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts.
            LOG.debug("deliveries stopped");
        }
    }

    /** Sends off what is due and has a place, and waits for none of it. True when there was something. */
    boolean dispatch() {
        try {
            Instant now = clock.instant();
            List<String> due = deliveries.due(now);
            boolean some = false;
            if (!due.isEmpty()) {
                for (Endpoint endpoint : endpoints.get()) {
                    some |= due.contains(endpoint.name()) && !endpoint.disabled() && fill(endpoint, now);
                }
            }
            return some;
        } catch (RuntimeException e) {
            LOG.warnf("deliveries wait: %s", e.getMessage());
            return false;
        }
    }

    /** Messages that are on their way at this moment. */
    int underWay() {
        return lanes.values().stream().mapToInt(Lane::taken).sum();
    }

    private boolean fill(Endpoint endpoint, Instant now) {
        Lane lane = lanes.computeIfAbsent(endpoint.name(), name -> new Lane(endpoint.places(config.concurrency())));
        int free = lane.free();
        if (free == 0) {
            return false;
        }
        Duration lease = destination.longest(endpoint).plus(SPARE);
        List<Delivery> claimed = deliveries.claim(endpoint.name(), free, now, lease);
        lane.take(claimed.size());
        for (Delivery delivery : claimed) {
            threads.execute(() -> {
                try {
                    deliver(endpoint, delivery);
                } finally {
                    lane.leave();
                    left.release();
                }
            });
        }
        return !claimed.isEmpty();
    }

    private void deliver(Endpoint endpoint, Delivery delivery) {
        try {
            conclude(endpoint, delivery, destination.send(endpoint, delivery, clock.instant()));
        } catch (InterruptedException e) {
            // We are being stopped.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Its lease ends, and it is tried again.
            LOG.warnf("webhook %s, event %s: %s", endpoint.name(), delivery.eventId(), e);
        }
    }

    private void conclude(Endpoint endpoint, Delivery delivery, Attempt attempt) {
        Instant now = clock.instant();
        switch (attempt) {
            case Attempt.Accepted accepted -> {
                deliveries.delivered(delivery, accepted.status(), now);
                held.end(endpoint.name());
                count(endpoint, "delivered");
            }
            case Attempt.Held refused -> {
                deliveries.held(delivery, refused, now.plus(config.firstPause()));
                held.begin(endpoint.name(), refused.reason());
                count(endpoint, "held");
                LOG.warnf("webhook %s, event %s: %s", endpoint.name(), delivery.eventId(), refused.reason());
            }
            case Attempt.Failed failed -> fail(endpoint, delivery, failed, now);
        }
    }

    private void fail(Endpoint endpoint, Delivery delivery, Attempt.Failed failed, Instant now) {
        Optional<Duration> pause = failed.lasting()
                ? Optional.empty()
                : policy.pauseAfter(
                        delivery.attempts(), ThreadLocalRandom.current().nextDouble(), failed.notBefore());
        if (pause.isPresent()) {
            deliveries.failed(delivery, failed, now.plus(pause.get()));
            count(endpoint, "failed");
        } else {
            deliveries.dead(delivery, failed, now);
            count(endpoint, "dead");
        }
        LOG.warnf(
                "webhook %s, event %s, attempt %d: %s; %s",
                endpoint.name(),
                delivery.eventId(),
                delivery.attempts(),
                failed.reason(),
                pause.map(next -> "next in " + next).orElse("given up"));
    }

    private void count(Endpoint endpoint, String outcome) {
        meters.counter("sallyport.webhooks.deliveries", "endpoint", endpoint.name(), "outcome", outcome)
                .increment();
    }
}
