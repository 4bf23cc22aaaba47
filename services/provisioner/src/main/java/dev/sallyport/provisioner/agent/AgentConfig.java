package dev.sallyport.provisioner.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Who this agent is. */
@ConfigMapping(prefix = "sallyport.agent")
interface AgentConfig {

    /** {@code agt_} and 27 letters and digits; commands name it. */
    String id();

    /** What people call it. */
    @WithDefault("provisioner")
    String name();

    /** What it proves itself with, as the registration gave it; without one nobody is asked. */
    Optional<String> key();

    /** Where the api is that gave the key. */
    Optional<URI> apiUrl();

    /** Between two proofs. */
    @WithDefault("30s")
    Duration proofInterval();

    /** How long the last proof holds while the api cannot be asked. */
    @WithDefault("10m")
    Duration proofHolds();

    /** The private network that it reaches, for people. */
    @WithDefault("default")
    String network();
}
