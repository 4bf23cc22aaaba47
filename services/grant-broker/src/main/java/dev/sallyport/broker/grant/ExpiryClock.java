package dev.sallyport.broker.grant;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Ends grants whose time is over. The due times are the database's: there is no timer to lose, a restart or another replica
 * goes on where this one stopped. On a virtual thread of its own for as long as the service runs.
 */
@ApplicationScoped
class ExpiryClock {

    private static final Logger LOG = Logger.getLogger(ExpiryClock.class);
    private static final Duration COUNT_EVERY = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    private final Grants grants;
    private final BrokerConfig config;
    private final InstantSource clock;
    private final Counter expiries;
    private final Timer lag;

    private volatile long live;
    private volatile boolean stopping;
    private Instant countNext = Instant.MIN;
    private @Nullable Thread thread;

    ExpiryClock(Grants grants, BrokerConfig config, InstantSource clock, MeterRegistry meters) {
        this.grants = grants;
        this.config = config;
        this.clock = clock;
        expiries = meters.counter("sallyport.grants.expiries");
        lag = Timer.builder("sallyport.grants.expiry.lag")
                .description("How much later than due a grant was ended")
                .publishPercentileHistogram()
                .register(meters);
        Gauge.builder("sallyport.grants.live", this, it -> it.live)
                .description("Grants that are open")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        thread = Thread.ofVirtual().name("expiry-clock").start(this::run);
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
        while (!stopping) {
            Duration pause = config.expiryInterval();
            try {
                if (expireBatch() == config.expiryBatch()) {
                    continue;
                }
                countNowAndThen();
            } catch (Throwable e) {
                if (stopping) {
                    return;
                }
                LOG.warnf("grants cannot be expired now, next try in %s: %s", PAUSE_AFTER_FAILURE, e);
                pause = PAUSE_AFTER_FAILURE;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            } catch (InterruptedException e) {
                // Only stop() interrupts this thread.
                return;
            }
        }
    }

    private int expireBatch() throws Throwable {
        List<Instant> due = await(() -> grants.expire(config.expiryBatch()));
        Instant now = clock.instant();
        due.forEach(time -> lag.record(Duration.between(time, now)));
        expiries.increment(due.size());
        return due.size();
    }

    private void countNowAndThen() throws Throwable {
        Instant now = clock.instant();
        if (!now.isBefore(countNext)) {
            countNext = now.plus(COUNT_EVERY);
            live = await(grants::live);
        }
    }

    private static <T> T await(Supplier<Uni<T>> work) throws Throwable {
        return VertxContextSupport.subscribeAndAwait(work);
    }
}
