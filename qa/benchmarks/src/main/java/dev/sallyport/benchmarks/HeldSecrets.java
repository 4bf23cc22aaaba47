package dev.sallyport.benchmarks;

import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStore;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Secrets in memory: what is measured is the work in the databases. */
final class HeldSecrets implements SecretStore {

    private final Map<String, Map<String, Secret>> current = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Secret>> pending = new ConcurrentHashMap<>();

    @Override
    public String provider() {
        return "database";
    }

    @Override
    public Optional<Map<String, Secret>> current(String secretId) {
        return Optional.ofNullable(current.get(secretId));
    }

    @Override
    public Optional<Map<String, Secret>> pending(String secretId) {
        return Optional.ofNullable(pending.get(secretId));
    }

    @Override
    public void stage(String secretId, Map<String, Secret> entries) {
        pending.put(secretId, entries);
    }

    @Override
    public void publish(String secretId) {
        Map<String, Secret> staged = pending.remove(secretId);
        if (staged != null) {
            current.put(secretId, staged);
        }
    }

    @Override
    public void unstage(String secretId) {
        pending.remove(secretId);
    }

    @Override
    public void delete(String secretId) {
        current.remove(secretId);
        pending.remove(secretId);
    }

    @Override
    public void probe() {}
}
