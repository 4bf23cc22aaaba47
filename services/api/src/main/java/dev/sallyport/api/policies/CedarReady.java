package dev.sallyport.api.policies;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Without its engine nobody could be let in, nor kept out: the service does not start. */
@ApplicationScoped
class CedarReady {

    /** Before anything listens. */
    void load(@Observes @Priority(1) StartupEvent event) {
        try {
            new PolicyBook(List.of(PolicyDocument.builtIn()));
        } catch (LinkageError | IllegalStateException e) {
            throw new IllegalStateException(
                    "the policy engine (Cedar, native) cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + ", and nothing is decided without it: run on Linux or macOS"
                            + " (x86-64 or arm64) with a writable java.io.tmpdir ("
                            + e.getMessage() + ")",
                    e);
        }
    }
}
