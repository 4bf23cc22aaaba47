package dev.sallyport.provisioner.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Who this agent is. */
@ConfigMapping(prefix = "sallyport.agent")
interface AgentConfig {

    /** {@code agt_} and 27 letters and digits; commands name it. */
    String id();

    /** What people call it. */
    @WithDefault("provisioner")
    String name();

    /** The private network that it reaches, for people. */
    @WithDefault("default")
    String network();
}
