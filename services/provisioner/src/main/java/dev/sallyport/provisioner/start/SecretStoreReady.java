package dev.sallyport.provisioner.start;

import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when secrets can be written: no job passes its preflight otherwise. */
@Readiness
class SecretStoreReady implements HealthCheck {

    private final SecretStore store;

    SecretStoreReady(SecretStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            store.probe();
            return HealthCheckResponse.up("secret store");
        } catch (SecretStoreException e) {
            return HealthCheckResponse.named("secret store")
                    .down()
                    .withData("cause", e.getMessage())
                    .build();
        }
    }
}
