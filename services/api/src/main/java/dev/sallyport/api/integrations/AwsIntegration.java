package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.secrets.SecretStore;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** The access to AWS that people stored; it lies sealed in the secret store. Every method blocks. */
@ApplicationScoped
class AwsIntegration {

    private final SecretStore secrets;
    private final StoredAwsAccess access;
    private final AwsSettings settings;

    AwsIntegration(SecretStore secrets, DiscoveryConfig config) {
        this.secrets = secrets;
        this.settings = config.settings();
        this.access = new StoredAwsAccess(settings, () -> secrets.current(AwsIdentitySource.SECRET_ID));
    }

    /** What the configuration names wrongly is said at the start, not in the first search. */
    void check(@Observes StartupEvent start, DiscoveryConfig config) {
        config.regions().orElse(List.of()).forEach(settings::checkOurRegion);
        config.accounts().orElse(List.of()).forEach(AwsSettings::checkAccount);
    }

    void store(AwsIdentitySource source) {
        secrets.stage(AwsIdentitySource.SECRET_ID, source.toEntries());
        secrets.publish(AwsIdentitySource.SECRET_ID);
    }

    void forget() {
        secrets.delete(AwsIdentitySource.SECRET_ID);
    }

    /** @throws dev.sallyport.aws.AwsException of kind {@code NOT_CONFIGURED} when nothing usable is stored */
    AwsAccess access() {
        return access.current();
    }

    AwsSettings settings() {
        return settings;
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
