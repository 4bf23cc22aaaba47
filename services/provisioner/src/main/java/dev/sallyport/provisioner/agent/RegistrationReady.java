package dev.sallyport.provisioner.agent;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the api lets this agent work. */
@Readiness
class RegistrationReady implements HealthCheck {

    private final Registration registration;

    RegistrationReady(Registration registration) {
        this.registration = registration;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("agent registration").status(registration.mayWork());
        registration.problem().ifPresent(problem -> answer.withData("cause", problem));
        return answer.build();
    }
}
