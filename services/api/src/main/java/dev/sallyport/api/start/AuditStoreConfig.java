package dev.sallyport.api.start;

import dev.sallyport.kernel.Secret;
import io.smallrye.config.ConfigMapping;

/** The audit store, to read. */
@ConfigMapping(prefix = "sallyport.audit-store")
public interface AuditStoreConfig {

    String jdbcUrl();

    String username();

    /** As configured; make a {@link Secret} of it at once. */
    String password();
}
