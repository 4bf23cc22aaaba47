package dev.sallyport.api.rules;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** How the rules of access are kept. */
@ConfigMapping(prefix = "sallyport.rules")
public interface RulesConfig {

    /** The identity store of IAM Identity Center that people are found in: an availability for another one is not in force. */
    Optional<String> identityStoreId();

    /** How long answers of the policies are kept. */
    @WithDefault("90d")
    Duration evaluationsRetention();
}
