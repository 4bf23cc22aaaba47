package dev.sallyport.notifier.audit;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while public events reach the store. */
@Readiness
@ApplicationScoped
class ConsumingHealth implements HealthCheck {

    private final PublicEvents events;

    ConsumingHealth(PublicEvents events) {
        this.events = events;
    }

    @Override
    public HealthCheckResponse call() {
        PublicEvents.State state = events.state();
        return HealthCheckResponse.named("public events")
                .status(state == PublicEvents.State.CONSUMING)
                .withData("state", state.name().toLowerCase(java.util.Locale.ROOT))
                .build();
    }
}
