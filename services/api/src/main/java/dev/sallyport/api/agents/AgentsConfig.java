package dev.sallyport.api.agents;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Who counts as an agent, and as alive. */
@ConfigMapping(prefix = "sallyport.agents")
interface AgentsConfig {

    /** How often agents say that they are alive. */
    @WithDefault("5s")
    Duration heartbeatInterval();

    /** How many intervals an agent may be silent before it counts as offline. */
    @WithDefault("3")
    int silentIntervals();

    /** Whether a provisioner that nobody registered is heard; {@code required} in production when it is not set. */
    Optional<Registration> registration();

    /** Of provisioners. A db-proxy is known by its access to Kafka. */
    enum Registration {
        OPTIONAL,
        REQUIRED
    }

    default Duration patience() {
        return heartbeatInterval().multipliedBy(silentIntervals());
    }
}
