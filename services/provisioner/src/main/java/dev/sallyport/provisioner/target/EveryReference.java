package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStoreException;
import dev.sallyport.secrets.SecretStores;
import dev.sallyport.secrets.vault.VaultSecretStore;
import java.util.Map;

/** Logins that are kept in Vault, or elsewhere. A secret of Vault has {@code username} and {@code password}, or {@code USER} and {@code PASSWORD}. */
public final class EveryReference implements ReferencedSecrets {

    private final ReferencedSecrets elsewhere;
    private final SecretStores stores;

    public EveryReference(ReferencedSecrets elsewhere, SecretStores stores) {
        this.elsewhere = elsewhere;
        this.stores = stores;
    }

    @Override
    public Login read(RdsArn instance, String provider, String secretId) {
        return provider.equals(VaultSecretStore.PROVIDER)
                ? vault(secretId)
                : elsewhere.read(instance, provider, secretId);
    }

    private Login vault(String secretId) {
        try {
            return login(
                    secretId,
                    stores.of(VaultSecretStore.PROVIDER).current(secretId).orElse(Map.of()));
        } catch (SecretStoreException e) {
            throw new TargetException(
                    e.transientFailure() ? TargetException.Kind.TRANSIENT : TargetException.Kind.PERMANENT,
                    "the secret " + secretId + " cannot be read: " + e.getMessage());
        }
    }

    private static Login login(String secretId, Map<String, Secret> entries) {
        Secret user = entries.getOrDefault("username", entries.get("USER"));
        Secret password = entries.getOrDefault("password", entries.get("PASSWORD"));
        if (user == null || password == null) {
            throw new TargetException(
                    TargetException.Kind.PERMANENT,
                    "there is no secret " + secretId + " in Vault with a username and a password");
        }
        return new Login(user.reveal(), password);
    }
}
