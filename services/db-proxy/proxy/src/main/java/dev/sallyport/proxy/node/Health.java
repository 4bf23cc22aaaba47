package dev.sallyport.proxy.node;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** Alive as long as it answers; ready when clients can be taken; started when the application is, whatever it waits for. */
@ApplicationScoped
class Health {

    private final ProxyNode node;

    Health(ProxyNode node) {
        this.node = node;
    }

    @Produces
    @Readiness
    @ApplicationScoped
    HealthCheck ready() {
        return () -> {
            Optional<String> waiting = node.waitingFor();
            var response = HealthCheckResponse.named("clients can be taken").status(waiting.isEmpty());
            waiting.ifPresent(what -> response.withData("waiting_for", what));
            return response.build();
        };
    }

    @Produces
    @Liveness
    @ApplicationScoped
    HealthCheck live() {
        return () -> HealthCheckResponse.up("the process answers");
    }

    @Produces
    @Startup
    @ApplicationScoped
    HealthCheck started() {
        return () -> HealthCheckResponse.up("the application is started");
    }
}
