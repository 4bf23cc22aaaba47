package dev.sallyport.notifier.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says {@code degraded} while somebody has to see to our settings. Always up: messages wait in the database, and a notifier that
 * is not ready would do nothing for them.
 */
@Readiness
@ApplicationScoped
class DeliveringHealth implements HealthCheck {

    private final Held held;

    DeliveringHealth(Held held) {
        this.held = held;
    }

    @Override
    public HealthCheckResponse call() {
        var reasons = held.reasons();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("webhooks")
                .up()
                .withData("state", reasons.isEmpty() ? "delivering" : "degraded");
        reasons.forEach(response::withData);
        return response.build();
    }
}
