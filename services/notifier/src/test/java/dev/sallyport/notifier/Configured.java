package dev.sallyport.notifier;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** A configuration as the service would read it, without the service. */
public final class Configured {

    private static final Map<String, String> NEEDED = Map.of(
            "sallyport.database.host", "127.0.0.1",
            "sallyport.database.port", "5432",
            "sallyport.database.name", "sallyport",
            "sallyport.database.password", "p1",
            "sallyport.audit-store.jdbc-url", "jdbc:postgresql://127.0.0.1:5432/sallyport",
            "sallyport.audit-store.username", "sallyport_audit",
            "sallyport.audit-store.password", "p2");

    /** What is needed, and {@code more}. */
    public static NotifierConfig with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(NEEDED);
        all.putAll(more);
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(NotifierConfig.class)
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .build()
                .getConfigMapping(NotifierConfig.class);
    }

    private Configured() {}
}
