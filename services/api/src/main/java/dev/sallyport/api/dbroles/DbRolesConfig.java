package dev.sallyport.api.dbroles;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What jobs may ask for. */
@ConfigMapping(prefix = "sallyport.dbroles")
interface DbRolesConfig {

    /** Whether a security group may let in everybody: {@code 0.0.0.0/0} or {@code ::/0}. */
    @WithDefault("false")
    boolean allowAnyAddress();
}
