package dev.sallyport.api.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Optional;

/** What a command line has to know to log its user in. Nothing of it is secret. */
@ConfigMapping(prefix = "sallyport.login")
interface LoginConfig {

    /** The issuer as people reach it; without it the one by which tokens are checked, {@code quarkus.oidc.auth-server-url}. */
    Optional<URI> issuer();

    /** The public client that stands for `sally` at the issuer. */
    @WithDefault("sallyport-cli")
    String clientId();

    /** With {@code offline_access}, or what else makes the issuer give a refresh token. */
    @WithDefault("openid profile email offline_access")
    String scopes();

    /** For issuers that want to be told for whom a token is. */
    Optional<String> audience();
}
