package dev.sallyport.broker.identitycenter;

import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Makes what talks to AWS, and refuses to start with a configuration that is wrong. */
@ApplicationScoped
class Start {

    /** Where AWS is. */
    @ConfigMapping(prefix = "sallyport.aws")
    interface AwsConfig {

        /** An address for all of AWS; local mode only. */
        Optional<URI> endpointOverride();

        /** Said to the other services; the broker uses the role of the machine whenever it finds nothing else. */
        @WithDefault("false")
        boolean instanceRoleAllow();
    }

    @Startup
    void check(IdentityCenterConfig config, AwsConfig aws, @ConfigProperty(name = "sallyport.mode") String mode) {
        List<String> refusals = refusals(config, aws, mode);
        if (!refusals.isEmpty()) {
            throw new IllegalStateException(String.join("; ", refusals));
        }
    }

    /** Each names the key to change. Empty when it may start. */
    static List<String> refusals(IdentityCenterConfig config, AwsConfig aws, String mode) {
        List<String> refusals = new ArrayList<>(config.refusals());
        if (aws.endpointOverride().isPresent() && !mode.equals("local")) {
            refusals.add("sallyport.aws.endpoint-override may only be set when sallyport.mode is local");
        }
        return refusals;
    }

    @Produces
    @Singleton
    AwsAccounts accounts(AwsConfig config) {
        return new AwsAccounts(config.endpointOverride());
    }

    void close(@Disposes AwsAccounts accounts) {
        accounts.close();
    }

    @Produces
    @Singleton
    PermissionSets permissionSets(AwsAccounts accounts) {
        return new PermissionSets(accounts);
    }

    @Produces
    @Singleton
    Steps steps(AwsAccounts accounts, PermissionSets sets) {
        return new Steps(sets, new Sessions(accounts));
    }

    /** Never down: grants with other transports need no AWS. What is wrong is said beside it. */
    @Readiness
    @ApplicationScoped
    static class Health implements HealthCheck {

        private final IdentityCenterConfig config;
        private final Reconciler reconciler;

        Health(IdentityCenterConfig config, Reconciler reconciler) {
            this.config = config;
            this.reconciler = reconciler;
        }

        @Override
        public HealthCheckResponse call() {
            String failure = reconciler.lastFailure();
            return HealthCheckResponse.named("IAM Identity Center")
                    .up()
                    .withData("configured", config.instanceArn().isPresent())
                    .withData("failure", failure.isEmpty() ? "none" : failure)
                    .build();
        }
    }
}
