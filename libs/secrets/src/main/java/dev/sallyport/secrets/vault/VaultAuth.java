package dev.sallyport.secrets.vault;

import dev.sallyport.kernel.Secret;
import java.nio.file.Path;

/** How we log in to Vault. What lies in a file is read anew at each login, for somebody else may renew it. */
public sealed interface VaultAuth {

    /** A token that somebody gave us. It is renewed while it can be, and cannot be had again. */
    record Token(Secret token) implements VaultAuth {}

    /** The same in a file, such as Vault Agent keeps. */
    record TokenFile(Path file) implements VaultAuth {}

    /**
     * AppRole: {@code auth/<mount>/login} with role id and secret id.
     *
     * @param mount {@code approle} by default
     */
    record AppRole(String mount, String roleId, Secret secretId) implements VaultAuth {}

    /** The same with the secret id in a file. */
    record AppRoleFile(String mount, String roleId, Path secretIdFile) implements VaultAuth {}

    /**
     * Kubernetes: {@code auth/<mount>/login} with the pod's service account.
     *
     * @param mount {@code kubernetes} by default
     * @param jwtFile {@code /var/run/secrets/kubernetes.io/serviceaccount/token} by default
     */
    record Kubernetes(String mount, String role, Path jwtFile) implements VaultAuth {}
}
