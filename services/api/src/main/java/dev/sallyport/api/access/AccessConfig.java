package dev.sallyport.api.access;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The rules that every request is measured by. */
@ConfigMapping(prefix = "sallyport.access")
public interface AccessConfig {

    /** How long a grant lasts when nobody says, by the built-in workflow. */
    @WithDefault("1h")
    Duration defaultDuration();

    @WithDefault("1m")
    Duration minDuration();

    /** By the built-in workflow. */
    @WithDefault("12h")
    Duration maxDuration();

    /** The longest reason or comment, in characters. */
    @WithDefault("1000")
    int maxReasonLength();

    /** How many entitlements one call may ask for. */
    @WithDefault("20")
    int maxEntitlements();

    /** How often requests and grants are looked for whose time is over. */
    @WithDefault("5s")
    Duration deadlineInterval();

    /** How long a new secret may take to reach the db-proxies. */
    @WithDefault("5s")
    Duration credentialsTimeout();

    /**
     * PEM of the authority of the db-proxies' certificates, as clients see the path; put into commands. Without it clients
     * trust the authorities of their system.
     */
    Optional<String> caFile();
}
