package dev.sallyport.secrets.vault;

import dev.sallyport.kernel.Secret;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys {@code sallyport.vault.*}; a service that has Vault nests this in its own configuration. */
public interface VaultConfig {

    /** For instance {@code https://vault.example:8200}; without it there is no Vault. */
    Optional<URI> address();

    Optional<String> namespace();

    /** Of the KV engine. */
    @WithDefault("dbsecrets")
    String mount();

    @WithDefault("2")
    int kvVersion();

    Optional<String> token();

    Optional<Path> tokenFile();

    Approle approle();

    KubernetesLogin kubernetes();

    /** PEM of the authority of Vault's certificate. */
    Optional<Path> caFile();

    @WithDefault("10s")
    Duration timeout();

    /** The login {@link VaultAuth.AppRole}. */
    interface Approle {
        @WithDefault("approle")
        String mount();

        Optional<String> roleId();

        Optional<String> secretId();

        Optional<Path> secretIdFile();
    }

    /** The login {@link VaultAuth.Kubernetes}. */
    interface KubernetesLogin {
        @WithDefault("kubernetes")
        String mount();

        Optional<String> role();

        @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
        Path jwtFile();
    }

    /**
     * Empty when there is no Vault.
     *
     * @throws IllegalArgumentException naming the key that is wrong
     */
    default Optional<VaultSettings> settings() {
        return address()
                .map(vault -> new VaultSettings(vault, namespace(), mount(), kvVersion(), auth(), caFile(), timeout()));
    }

    private VaultAuth auth() {
        List<VaultAuth> given = new ArrayList<>();
        token().map(Secret::of).map(VaultAuth.Token::new).ifPresent(given::add);
        tokenFile().map(VaultAuth.TokenFile::new).ifPresent(given::add);
        approle().roleId().map(role -> approle(approle(), role)).ifPresent(given::add);
        kubernetes()
                .role()
                .map(role -> new VaultAuth.Kubernetes(
                        kubernetes().mount(), role, kubernetes().jwtFile()))
                .ifPresent(given::add);
        if (given.size() != 1) {
            throw new IllegalArgumentException("sallyport.vault needs one login, and has " + given.size()
                    + ": set token, token-file, approle.role-id or kubernetes.role");
        }
        return given.getFirst();
    }

    private static VaultAuth approle(Approle login, String role) {
        if (login.secretId().isPresent() == login.secretIdFile().isPresent()) {
            throw new IllegalArgumentException("sallyport.vault.approle needs either secret-id or secret-id-file");
        }
        return login.secretId()
                .<VaultAuth>map(id -> new VaultAuth.AppRole(login.mount(), role, Secret.of(id)))
                .orElseGet(() -> new VaultAuth.AppRoleFile(
                        login.mount(), role, login.secretIdFile().orElseThrow()));
    }
}
