package dev.sallyport.provisioner.start;

import dev.sallyport.aws.AwsConfig;
import dev.sallyport.secrets.vault.VaultConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What kind of installation this is, and what is around it. */
@ConfigMapping(prefix = "sallyport")
interface DeploymentConfig {

    Mode mode();

    Database database();

    Secrets secrets();

    /** Where roles' secrets may go instead of the sealed store. */
    VaultConfig vault();

    Aws aws();

    Targets targets();

    /** {@code local} allows what is for one machine only: the AWS stand-in, plain connections to targets. */
    enum Mode {
        LOCAL,
        PRODUCTION
    }

    /** The control plane's PostgreSQL; the data source of {@code application.yaml} is made of it. */
    interface Database {
        String host();

        int port();

        String name();

        Optional<String> password();
    }

    /** The sealed secret store. */
    interface Secrets {
        String jdbcUrl();

        String username();

        String password();

        Path keysetFile();
    }

    /** How AWS is called. */
    interface Aws extends AwsConfig {
        @Override
        @WithDefault("sallyport-provisioner")
        String sessionName();
    }

    /** The databases that we act on. */
    interface Targets {
        /** PEM of the authorities that their certificates are from. */
        Optional<Path> caFile();
    }
}
