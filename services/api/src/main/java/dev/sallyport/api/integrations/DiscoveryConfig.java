package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How AWS is called, and where databases are looked for in it. */
@ConfigMapping(prefix = "sallyport.aws")
interface DiscoveryConfig extends AwsConfig {

    /** Where instances are looked for; the region of the stored access when empty. */
    Optional<List<String>> regions();

    /** The accounts that {@code GET …/organizations} lists where there is no organisation; ours comes with them. */
    Optional<List<String>> accounts();

    /** How many accounts and regions are asked at the same time, over all callers. */
    @WithDefault("32")
    int concurrency();

    /** By when a search has its answer; a place that has not answered by then is an item with an error. */
    @WithDefault("60s")
    Duration searchDeadline();
}
