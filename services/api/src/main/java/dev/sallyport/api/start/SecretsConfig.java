package dev.sallyport.api.start;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The sealed secret store. */
@ConfigMapping(prefix = "sallyport.secrets")
interface SecretsConfig {

    String jdbcUrl();

    String username();

    String password();

    Path keysetFile();
}
