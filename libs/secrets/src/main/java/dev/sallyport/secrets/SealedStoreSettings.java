package dev.sallyport.secrets;

import dev.sallyport.kernel.Secret;
import java.nio.file.Path;

/**
 * How the sealed store is reached and opened.
 *
 * @param jdbcUrl of the control plane's database, {@code jdbc:postgresql://…}, without user or password in it
 * @param username {@code sallyport_secrets}, or {@code sallyport_secrets_reader} for who only reads
 * @param keysetFile the Tink keyset; nobody but its owner may have any right to it
 */
public record SealedStoreSettings(String jdbcUrl, String username, Secret password, Path keysetFile) {

    public SealedStoreSettings {
        if (!jdbcUrl.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("the URL of the sealed store has to begin with jdbc:postgresql:");
        }
        if (jdbcUrl.contains("password=")) {
            throw new IllegalArgumentException("the URL of the sealed store may hold no password: set it on its own");
        }
        if (username.isBlank()) {
            throw new IllegalArgumentException("the sealed store needs a user name");
        }
    }
}
