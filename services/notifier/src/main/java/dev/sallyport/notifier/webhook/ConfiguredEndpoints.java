package dev.sallyport.notifier.webhook;

import dev.sallyport.notifier.NotifierConfig;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The endpoints that the configuration describes. They are read at the start, so that a wrong key ends it. */
@Startup
@ApplicationScoped
class ConfiguredEndpoints {

    private final List<Endpoint> all;

    /** @throws IllegalStateException when a key is missing or wrong; it names the key */
    ConfiguredEndpoints(NotifierConfig config) {
        all = Stream.of(new DefaultEndpoint(config).get(), new ChatEndpoint(config).get())
                .flatMap(Optional::stream)
                .toList();
    }

    List<Endpoint> all() {
        return all;
    }
}
