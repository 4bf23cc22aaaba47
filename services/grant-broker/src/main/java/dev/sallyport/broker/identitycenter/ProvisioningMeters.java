package dev.sallyport.broker.identitycenter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;

/** What is measured of provisioning. */
@ApplicationScoped
class ProvisioningMeters {

    private final MeterRegistry meters;
    private final Counter orphans;
    private final Gauge underWay;
    private volatile long queue;

    ProvisioningMeters(MeterRegistry meters) {
        this.meters = meters;
        orphans = Counter.builder("sallyport.provisioning.orphans")
                .description("Permission sets of ours that belonged to no grant, and were removed")
                .register(meters);
        underWay = Gauge.builder("sallyport.provisioning.queue", this, it -> it.queue)
                .description("Grants whose permission set is being set up or taken down")
                .register(meters);
    }

    /** A registry may outlive us, and take no second gauge of the same name. */
    @PreDestroy
    void close() {
        meters.remove(underWay);
    }

    void ended(Goal goal, String outcome, Duration took) {
        Timer.builder("sallyport.provisioning.duration")
                .description("From the order to its end")
                .tag("goal", goal.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(meters)
                .record(took);
    }

    void queue(long grants) {
        queue = grants;
    }

    void orphan() {
        orphans.increment();
    }
}
