package dev.sallyport.notifier.rest;

import dev.sallyport.notifier.NotifierConfig;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Believes no issuer whose keys come over plain HTTP, but in local mode. */
@ApplicationScoped
class IssuerCheck {

    void check(
            @Observes StartupEvent event,
            NotifierConfig config,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer) {
        refusal(config.mode(), issuer).ifPresent(why -> {
            throw new IllegalStateException(why);
        });
    }

    /** Why it may not start. */
    static Optional<String> refusal(NotifierConfig.Mode mode, Optional<String> issuer) {
        return issuer.filter(url -> mode == NotifierConfig.Mode.PRODUCTION && !url.startsWith("https://"))
                .map(url -> "quarkus.oidc.auth-server-url must begin with https:// unless sallyport.mode is local");
    }
}
