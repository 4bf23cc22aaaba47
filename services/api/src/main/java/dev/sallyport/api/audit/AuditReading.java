package dev.sallyport.api.audit;

import dev.sallyport.api.start.AuditStoreConfig;
import dev.sallyport.auditstore.AuditReader;
import dev.sallyport.auditstore.AuditStore;
import dev.sallyport.auditstore.AuditStoreSettings;
import dev.sallyport.kernel.Secret;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Opens the store; it is not talked to before somebody asks. */
@Singleton
class AuditReading {

    @Produces
    @Singleton
    AuditStore store(AuditStoreConfig config) {
        return AuditStore.open(
                AuditStoreSettings.reader(config.jdbcUrl(), config.username(), Secret.of(config.password())));
    }

    @Produces
    @Singleton
    AuditReader reader(AuditStore store) {
        return store.reader();
    }

    void close(@Disposes AuditStore store) {
        store.close();
    }
}
