package dev.sallyport.api.agents;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When an agent counts as alive. */
@ConfigMapping(prefix = "sallyport.agents")
interface AgentsConfig {

    /** How often agents say that they are alive. */
    @WithDefault("5s")
    Duration heartbeatInterval();

    /** How many intervals an agent may be silent before it counts as offline. */
    @WithDefault("3")
    int silentIntervals();

    default Duration patience() {
        return heartbeatInterval().multipliedBy(silentIntervals());
    }
}
