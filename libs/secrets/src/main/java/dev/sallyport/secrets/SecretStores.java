package dev.sallyport.secrets;

import dev.sallyport.secrets.vault.Vault;
import dev.sallyport.secrets.vault.VaultSecretStore;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The places for secrets that an installation has: the sealed store always, Vault when it is set up. */
public final class SecretStores implements AutoCloseable {

    private final SecretStore sealed;
    private final @Nullable Vault vault;

    public SecretStores(SecretStore sealed, Optional<Vault> vault) {
        this.sealed = sealed;
        this.vault = vault.orElse(null);
    }

    /** The sealed store. */
    public SecretStore sealed() {
        return sealed;
    }

    /**
     * Vault, for new secrets under {@code folder}.
     *
     * @throws SecretStoreException when Vault is not set up here, or the folder is not in its mount
     */
    public SecretStore vaultFolder(String folder) {
        return vault().folder(folder);
    }

    /**
     * The store in which the ids that others were given ({@link SecretStore#reference}) are found.
     *
     * @param provider {@code database} or {@code vault}
     * @throws SecretStoreException when there is no such store here
     */
    public SecretStore of(String provider) {
        if (provider.equals(sealed.provider())) {
            return sealed;
        }
        if (provider.equals(VaultSecretStore.PROVIDER)) {
            return vault().folder("");
        }
        throw new SecretStoreException("there is no secret store of the kind '" + provider + "' here", false);
    }

    private Vault vault() {
        if (vault == null) {
            throw new SecretStoreException(
                    "Vault is not set up here; set sallyport.vault.address and a login (see docs/guides/vault.md)",
                    false);
        }
        return vault;
    }

    @Override
    public void close() {
        if (vault != null) {
            vault.close();
        }
    }
}
