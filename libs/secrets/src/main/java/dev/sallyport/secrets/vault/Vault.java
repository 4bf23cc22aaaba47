package dev.sallyport.secrets.vault;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStoreException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Vault as we are logged in to it. One for each installation; safe for many threads; calls block. */
public final class Vault implements AutoCloseable {

    /** Whether a renewal is due; it asks nobody. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    static final String LOOKUP_SELF = "auth/token/lookup-self";

    private final VaultSettings settings;
    private final VaultHttp http;
    private final VaultToken token;
    private final Thread renewal;

    /** Connects to nothing yet. @throws IllegalArgumentException when the authority's file cannot be read */
    public Vault(VaultSettings settings, InstantSource clock) {
        this.settings = settings;
        this.http = new VaultHttp(settings);
        this.token = new VaultToken(http, settings.auth(), clock);
        this.renewal = Thread.ofVirtual().name("vault-renewal").start(this::renew);
    }

    /**
     * The store whose secrets lie under {@code folder}, for instance {@code dbsecrets/data/}; with KV version 2 the
     * {@code data} behind the mount may be left out.
     *
     * @param folder empty for a store whose ids are whole paths
     * @throws SecretStoreException when the folder is not in our mount
     */
    public VaultSecretStore folder(String folder) {
        return new VaultSecretStore(this, folder);
    }

    VaultSettings settings() {
        return settings;
    }

    /** A call as ourselves; with another token once more when Vault does not take this one. */
    VaultAnswer call(String method, String path, @Nullable JsonNode body) {
        Secret used = token.current();
        VaultAnswer answer = http.call(method, path, used, body);
        // Not allowed, or no longer logged in: Vault says the same to both.
        if (answer.status() == 403 && !http.call("GET", LOOKUP_SELF, used, null).ok()) {
            token.drop(used);
            return http.call(method, path, token.current(), body);
        }
        return answer;
    }

    /** An idle token would end. What fails is tried again, and told to who needs the store. */
    private void renew() {
        while (true) {
            try {
                Thread.sleep(BETWEEN_LOOKS);
                token.renewWhenDue();
            } catch (InterruptedException e) {
                return;
            } catch (SecretStoreException e) {
                continue;
            }
        }
    }

    @Override
    public void close() {
        renewal.interrupt();
        http.close();
    }
}
