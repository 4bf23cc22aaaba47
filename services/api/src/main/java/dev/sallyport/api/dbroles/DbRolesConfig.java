package dev.sallyport.api.dbroles;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What jobs may ask for. */
@ConfigMapping(prefix = "sallyport.dbroles")
interface DbRolesConfig {

    /** Whether a security group may let in everybody: {@code 0.0.0.0/0} or {@code ::/0}. */
    @WithDefault("false")
    boolean allowAnyAddress();

    /** How long a call for a drift report waits for it before it answers where it will be. */
    @WithDefault("25s")
    Duration driftPatience();
}
