package dev.sallyport.provisioner.start;

import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.aws.AwsInstances;
import dev.sallyport.provisioner.aws.AwsReferencedSecrets;
import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.aws.Permissions;
import dev.sallyport.provisioner.aws.SecurityGroups;
import dev.sallyport.provisioner.target.EveryReference;
import dev.sallyport.provisioner.target.ReferencedSecrets;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SealedSecretStore;
import dev.sallyport.secrets.SealedStoreSettings;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import dev.sallyport.secrets.SecretStores;
import dev.sallyport.secrets.vault.Vault;
import io.quarkus.runtime.Startup;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Makes what all features are given, and refuses to start what may not be. */
@ApplicationScoped
class Start {

    private static final Logger LOG = Logger.getLogger(Start.class);

    @Startup
    void check(DeploymentConfig config) {
        List<String> refusals = refusals(config);
        if (!refusals.isEmpty()) {
            throw new IllegalStateException(String.join("; ", refusals));
        }
    }

    /** Each names the key to change. Empty when it may start. */
    static List<String> refusals(DeploymentConfig config) {
        List<String> refusals = new ArrayList<>();
        if (config.mode() == DeploymentConfig.Mode.PRODUCTION) {
            if (config.aws().endpointOverride().isPresent()) {
                refusals.add("sallyport.aws.endpoint-override may only be set when sallyport.mode is local");
            }
            if (config.vault().settings().filter(vault -> !vault.encrypted()).isPresent()) {
                refusals.add("sallyport.vault.address has to be https when sallyport.mode is production");
            }
            if (config.targets().caFile().isEmpty()) {
                refusals.add("sallyport.targets.ca-file is not set; name the PEM file of the RDS authorities"
                        + " (https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem)");
            }
        }
        return refusals;
    }

    @Produces
    @Singleton
    InstantSource clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    SecretStore secretStore(DeploymentConfig config) {
        DeploymentConfig.Secrets secrets = config.secrets();
        SealedStoreSettings settings = new SealedStoreSettings(
                secrets.jdbcUrl(), secrets.username(), Secret.of(secrets.password()), secrets.keysetFile());
        try {
            SealedSecretStore.migrate(settings);
        } catch (SecretStoreException e) {
            // The readiness check keeps saying so; whoever starts next, or the api, migrates.
            LOG.warn(e.getMessage());
        }
        return SealedSecretStore.open(settings);
    }

    @Produces
    @Singleton
    SecretStores secretStores(DeploymentConfig config, SecretStore sealed, InstantSource clock) {
        return new SecretStores(sealed, config.vault().settings().map(settings -> new Vault(settings, clock)));
    }

    void close(@Disposes SecretStores stores) {
        stores.close();
    }

    void close(@Disposes SecretStore store) {
        if (store instanceof SealedSecretStore sealed) {
            sealed.close();
        }
    }

    @Produces
    @Singleton
    StoredAwsAccess awsAccess(DeploymentConfig config, SecretStore store) {
        return new StoredAwsAccess(config.aws().settings(), () -> store.current(AwsIdentitySource.SECRET_ID));
    }

    void close(@Disposes StoredAwsAccess access) {
        access.close();
    }

    @Produces
    @Singleton
    SecurityGroups securityGroups(StoredAwsAccess access) {
        return new SecurityGroups(access);
    }

    @Produces
    @Singleton
    Instances instances(StoredAwsAccess access, SecurityGroups groups) {
        return new AwsInstances(access, groups);
    }

    @Produces
    @Singleton
    Permissions permissions(StoredAwsAccess access) {
        return new Permissions(access);
    }

    @Produces
    @Singleton
    ReferencedSecrets referencedSecrets(StoredAwsAccess access, SecretStores stores) {
        return new EveryReference(new AwsReferencedSecrets(access), stores);
    }

    @Produces
    @Singleton
    Targets targets(DeploymentConfig config, Vertx vertx) {
        return new Targets(config.targets().caFile(), vertx);
    }
}
