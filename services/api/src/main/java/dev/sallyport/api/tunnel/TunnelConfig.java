package dev.sallyport.api.tunnel;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How tunnels are opened. */
@ConfigMapping(prefix = "sallyport.access.tunnel")
public interface TunnelConfig {

    /** The private key that signs the tokens: EC on the curve P-256, PKCS 8, as PEM. Without it there are no tunnels. */
    Optional<Path> keyFile();

    /** How long a token is good for; db-proxies take none for longer than ten minutes. */
    @WithDefault("5m")
    Duration tokenLifetime();

    /** Where people sign in to IAM Identity Center; for transport {@code ssm}. */
    Optional<String> startUrl();

    /** The region of IAM Identity Center; for transport {@code ssm}. */
    Optional<String> ssoRegion();
}
