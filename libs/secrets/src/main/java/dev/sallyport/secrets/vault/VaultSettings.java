package dev.sallyport.secrets.vault;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where Vault is, and what of it is ours.
 *
 * @param address {@code https://vault.example:8200}
 * @param namespace of Vault Enterprise; empty for the root
 * @param mount of the KV engine, for instance {@code dbsecrets}
 * @param kvVersion 1 or 2
 * @param caFile PEM of the authority of Vault's certificate; the system's when empty
 * @param timeout of one call
 */
public record VaultSettings(
        URI address,
        Optional<String> namespace,
        String mount,
        int kvVersion,
        VaultAuth auth,
        Optional<Path> caFile,
        Duration timeout) {

    static final Pattern PATH = Pattern.compile("[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*");

    /** @throws IllegalArgumentException naming the setting that is wrong */
    public VaultSettings {
        String scheme = String.valueOf(address.getScheme());
        if (!scheme.equals("https") && !scheme.equals("http") || address.getHost() == null) {
            throw new IllegalArgumentException(
                    "sallyport.vault.address is like https://vault.example:8200, not '" + address + "'");
        }
        if (!PATH.matcher(mount).matches()) {
            throw new IllegalArgumentException(
                    "sallyport.vault.mount is a path such as dbsecrets, not '" + mount + "'");
        }
        if (kvVersion != 1 && kvVersion != 2) {
            throw new IllegalArgumentException("sallyport.vault.kv-version is 1 or 2, not " + kvVersion);
        }
        if (namespace.filter(name -> !PATH.matcher(strip(name)).matches()).isPresent()) {
            throw new IllegalArgumentException(
                    "sallyport.vault.namespace is a path such as team/a, not '" + namespace.get() + "'");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("sallyport.vault.timeout must be positive, not " + timeout);
        }
    }

    /** Whether tokens and secrets travel encrypted. */
    public boolean encrypted() {
        return "https".equals(address.getScheme());
    }

    private static String strip(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
