package dev.sallyport.broker.identitycenter;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;

/** What is measured of provisioning. */
@ApplicationScoped
class ProvisioningMeters {

    private final MeterRegistry meters;
    private final Counter orphans;
    private volatile long queue;

    ProvisioningMeters(MeterRegistry meters) {
        this.meters = meters;
        orphans = Counter.builder("sallyport.provisioning.orphans")
                .description("Permission sets of ours that belonged to no grant, and were removed")
                .register(meters);
        Gauge.builder("sallyport.provisioning.queue", this, it -> it.queue)
                .description("Grants whose permission set is being set up or taken down")
                .register(meters);
    }

    void ended(Goal goal, String outcome, Duration took) {
        Timer.builder("sallyport.provisioning.duration")
                .description("From the order to its end")
                .tag("goal", goal.name().toLowerCase(Locale.ROOT))
                .tag("outcome", outcome)
                .register(meters)
                .record(took);
    }

    void queue(long underWay) {
        queue = underWay;
    }

    void orphan() {
        orphans.increment();
    }
}
