package dev.sallyport.notifier.webhook;

import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.database.Database;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Counts what waits and what is dead, for the metrics, and removes what is older than the retention. */
@ApplicationScoped
class Upkeep {

    private static final Logger LOG = Logger.getLogger(Upkeep.class);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);
    private static final Duration PRUNE_EVERY = Duration.ofHours(1);

    private static final String BACKLOG = """
            SELECT endpoint, count(*) FILTER (WHERE state = 'pending') AS pending,
                   count(*) FILTER (WHERE state = 'dead') AS dead,
                   min(coalesce(replayed_at, created_at)) FILTER (WHERE state = 'pending') AS oldest
            FROM deliveries WHERE state IN ('pending', 'dead') GROUP BY endpoint
            """;

    private final Database database;
    private final Deliveries deliveries;
    private final Duration retention;
    private final InstantSource clock;
    private final MultiGauge pending;
    private final MultiGauge dead;
    private final MultiGauge oldest;
    private Instant pruneAt = Instant.MIN;
    private @Nullable Thread thread;

    Upkeep(Database database, Deliveries deliveries, NotifierConfig config, MeterRegistry meters, InstantSource clock) {
        this.database = database;
        this.deliveries = deliveries;
        this.retention = config.webhooks().retention();
        this.clock = clock;
        pending = MultiGauge.builder("sallyport.webhooks.pending")
                .description("Messages that wait")
                .register(meters);
        dead = MultiGauge.builder("sallyport.webhooks.dead")
                .description("Messages that were given up")
                .register(meters);
        oldest = MultiGauge.builder("sallyport.webhooks.oldest.pending.age")
                .baseUnit("seconds")
                .description("How long the oldest message has waited")
                .register(meters);
    }

    private record Backlog(String endpoint, long pending, long dead, double oldestSeconds) {}

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("webhook-upkeep").start(this::run);
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
            running.join(Duration.ofSeconds(5));
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                once();
                Thread.sleep(COUNT_EVERY);
            }
        } catch (InterruptedException e) {
            // Only stop() interrupts.
            LOG.debug("upkeep stopped");
        }
    }

    private void once() {
        try {
            Instant now = clock.instant();
            List<Backlog> backlog = backlog(now);
            show(pending, backlog, Backlog::pending);
            show(dead, backlog, Backlog::dead);
            show(oldest, backlog, Backlog::oldestSeconds);
            if (now.isAfter(pruneAt)) {
                int pruned = deliveries.prune(now.minus(retention));
                pruneAt = now.plus(PRUNE_EVERY);
                if (pruned > 0) {
                    LOG.infof("%d messages were removed: their retention is over", pruned);
                }
            }
        } catch (RuntimeException e) {
            LOG.warnf("the upkeep of webhooks waits: %s", e.getMessage());
        }
    }

    private List<Backlog> backlog(Instant now) {
        return database.rows(
                BACKLOG,
                sql -> {},
                row -> new Backlog(
                        row.getString("endpoint"),
                        row.getLong("pending"),
                        row.getLong("dead"),
                        Database.instant(row, "oldest")
                                .map(since -> Duration.between(since, now).toMillis() / 1000.0)
                                .orElse(0.0)));
    }

    private static void show(MultiGauge gauge, List<Backlog> backlog, ToDoubleFunction<Backlog> figure) {
        gauge.register(
                backlog.stream()
                        .<MultiGauge.Row<?>>map(one ->
                                MultiGauge.Row.of(Tags.of("endpoint", one.endpoint()), figure.applyAsDouble(one)))
                        .toList(),
                true);
    }
}
