package dev.sallyport.api.start;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import dev.sallyport.secrets.SecretStore;
import io.quarkus.arc.Unremovable;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes what all features are given, and refuses to start what may not be. */
@ApplicationScoped
class Start {

    void check(
            @Observes StartupEvent event,
            DeploymentConfig config,
            // Named so that its schema is there from the start, and made by a thread that may block.
            SecretStore store,
            // Named so that its keys are known, and checked, in an application without audit pages too.
            AuditStoreConfig auditStore,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer,
            @ConfigProperty(name = "sallyport.aws.endpoint-override") Optional<URI> awsEndpointOverride) {
        List<String> refusals = StartChecks.refusals(config.mode(), issuer, awsEndpointOverride);
        if (!refusals.isEmpty()) {
            throw new IllegalStateException(String.join("; ", refusals));
        }
    }

    @Produces
    @Singleton
    InstantSource clock() {
        // What PostgreSQL keeps and JSON shows: a time is the same wherever it is read.
        return Clock.tick(Clock.systemUTC(), Duration.of(1, ChronoUnit.MICROS));
    }

    @Produces
    @Singleton
    SecretStore secretStore(SecretsConfig config) {
        SealedStoreSettings settings = new SealedStoreSettings(
                config.jdbcUrl(), config.username(), Secret.of(config.password()), config.keysetFile());
        SealedSecretStore.migrate(settings);
        return SealedSecretStore.open(settings);
    }

    void close(@Disposes SecretStore store) {
        if (store instanceof SealedSecretStore sealed) {
            sealed.close();
        }
    }

    /** The JSON of the REST API: as events are written, but a field that we do not know is refused. */
    @Singleton
    @Unremovable
    static class RestJson implements ObjectMapperCustomizer {

        @Override
        public void customize(ObjectMapper mapper) {
            EventJson.configure(mapper)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .coercionConfigFor(LogicalType.Textual)
                    .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                    .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
        }

        @Override
        public int priority() {
            // After Quarkus's own.
            return MINIMUM_PRIORITY;
        }
    }
}
