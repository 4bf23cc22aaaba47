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

    /** For instance {@code https://vault.example:8200}. */
    URI address();

    Optional<String> namespace();

    /** Of the KV engine. */
    @WithDefault("dbsecrets")
    String mount();

    @WithDefault("2")
    int kvVersion();

    Optional<String> token();

    Optional<Path> tokenFile();

    Optional<Approle> approle();

    Optional<KubernetesLogin> kubernetes();

    /** PEM of the authority of Vault's certificate. */
    Optional<Path> caFile();

    @WithDefault("10s")
    Duration timeout();

    /** The login {@link VaultAuth.AppRole}. */
    interface Approle {
        @WithDefault("approle")
        String mount();

        String roleId();

        Optional<String> secretId();

        Optional<Path> secretIdFile();
    }

    /** The login {@link VaultAuth.Kubernetes}. */
    interface KubernetesLogin {
        @WithDefault("kubernetes")
        String mount();

        String role();

        @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
        Path jwtFile();
    }

    /** @throws IllegalArgumentException naming the key that is wrong */
    default VaultSettings settings() {
        return new VaultSettings(address(), namespace(), mount(), kvVersion(), auth(), caFile(), timeout());
    }

    private VaultAuth auth() {
        List<VaultAuth> given = new ArrayList<>();
        token().map(Secret::of).map(VaultAuth.Token::new).ifPresent(given::add);
        tokenFile().map(VaultAuth.TokenFile::new).ifPresent(given::add);
        approle().map(VaultConfig::approle).ifPresent(given::add);
        kubernetes()
                .map(login -> new VaultAuth.Kubernetes(login.mount(), login.role(), login.jwtFile()))
                .ifPresent(given::add);
        if (given.size() != 1) {
            throw new IllegalArgumentException("sallyport.vault needs one login, and has " + given.size()
                    + ": set token, token-file, approle.role-id or kubernetes.role");
        }
        return given.getFirst();
    }

    private static VaultAuth approle(Approle login) {
        if (login.secretId().isPresent() == login.secretIdFile().isPresent()) {
            throw new IllegalArgumentException("sallyport.vault.approle needs either secret-id or secret-id-file");
        }
        return login.secretId()
                .<VaultAuth>map(id -> new VaultAuth.AppRole(login.mount(), login.roleId(), Secret.of(id)))
                .orElseGet(() -> new VaultAuth.AppRoleFile(
                        login.mount(), login.roleId(), login.secretIdFile().orElseThrow()));
    }
}
