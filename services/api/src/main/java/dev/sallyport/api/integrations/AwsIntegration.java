package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.secrets.SecretStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;

/** The access to AWS that people stored; it lies sealed in the secret store. Every method blocks. */
@ApplicationScoped
class AwsIntegration {

    private final SecretStore secrets;
    private final StoredAwsAccess access;
    private final boolean instanceRoleAllowed;

    AwsIntegration(SecretStore secrets, AwsConfig config) {
        this.secrets = secrets;
        this.access = new StoredAwsAccess(config.settings(), () -> secrets.current(AwsIdentitySource.SECRET_ID));
        this.instanceRoleAllowed = config.instanceRoleAllow();
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

    boolean instanceRoleAllowed() {
        return instanceRoleAllowed;
    }

    @PreDestroy
    void close() {
        access.close();
    }
}
