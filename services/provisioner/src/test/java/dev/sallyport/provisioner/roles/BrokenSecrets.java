package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import java.util.Map;
import java.util.Optional;

/** A secret store that fails for some secrets. */
final class BrokenSecrets implements SecretStore {

    /** In which call. */
    enum Breaks {
        STAGING,
        PUBLISHING
    }

    private final SecretStore whole;
    private final String suffix;
    private final Breaks when;

    /** @param suffix of the ids that it fails for */
    BrokenSecrets(SecretStore whole, String suffix, Breaks when) {
        this.whole = whole;
        this.suffix = suffix;
        this.when = when;
    }

    private void fail(String secretId, Breaks call) {
        if (call == when && secretId.endsWith(suffix)) {
            throw new SecretStoreException("the store is away", true);
        }
    }

    @Override
    public String provider() {
        return whole.provider();
    }

    @Override
    public Optional<Map<String, Secret>> current(String secretId) {
        return whole.current(secretId);
    }

    @Override
    public Optional<Map<String, Secret>> pending(String secretId) {
        return whole.pending(secretId);
    }

    @Override
    public void stage(String secretId, Map<String, Secret> entries) {
        fail(secretId, Breaks.STAGING);
        whole.stage(secretId, entries);
    }

    @Override
    public void publish(String secretId) {
        fail(secretId, Breaks.PUBLISHING);
        whole.publish(secretId);
    }

    @Override
    public void unstage(String secretId) {
        whole.unstage(secretId);
    }

    @Override
    public void delete(String secretId) {
        whole.delete(secretId);
    }

    @Override
    public void probe() {
        whole.probe();
    }
}
