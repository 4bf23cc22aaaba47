package dev.sallyport.api.start;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What kind of installation this is, and where its database is. */
@ConfigMapping(prefix = "sallyport")
public interface DeploymentConfig {

    Mode mode();

    /** The organisation whose jobs and connections these are. */
    @WithDefault("default")
    String orgId();

    /** The host name under which clients reach the API; security groups are tagged with it. */
    @WithDefault("localhost")
    String gateway();

    Database database();

    /** {@code local} allows what is for one machine only: the built-in issuer, plain HTTP, the AWS stand-in. */
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
}
