package dev.sallyport.api.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The live view. */
@ConfigMapping(prefix = "sallyport.live")
interface LiveConfig {

    /** How many statements may wait for one slow client before it is let go. */
    @WithDefault("1000")
    int clientBuffer();

    /** How many may watch at a time, in one replica. */
    @WithDefault("200")
    int maxClients();

    /** How often an idle stream shows that it lives. */
    @WithDefault("15s")
    Duration heartbeat();
}
