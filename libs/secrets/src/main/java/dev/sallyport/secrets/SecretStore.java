package dev.sallyport.secrets;

import dev.sallyport.kernel.Secret;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps secrets: under an id, a few entries such as {@code HOST}, {@code PORT}, {@code USER}, {@code PASSWORD}, {@code DB}.
 *
 * <p>A new password passes through two places, so that none is lost whenever we are killed. It is first <em>staged</em>
 * (pending), then set in the database, then tried, then <em>published</em> (current). Whoever finds a pending secret tries
 * both.
 *
 * <p>Calls block: call from a virtual thread, never from an event loop. Each may throw {@link SecretStoreException}.
 */
public interface SecretStore {

    /** What {@code secrets_manager_provider} says for this store: {@code database} or {@code vault}. */
    String provider();

    /** How others find the secret in this store: the id that connections and events name. */
    default String reference(String secretId) {
        return secretId;
    }

    /** The current entries of {@code secretId}; empty when nothing was published. */
    Optional<Map<String, Secret>> current(String secretId);

    /** The entries that were staged and neither published nor dropped; empty when there are none. */
    Optional<Map<String, Secret>> pending(String secretId);

    /** Stages {@code entries} in place of what was staged before. The current ones stay as they are. */
    void stage(String secretId, Map<String, Secret> entries);

    /** Makes what is staged current, at once and for all readers. Without anything staged nothing changes. */
    void publish(String secretId);

    /** Drops what is staged. */
    void unstage(String secretId);

    /** Removes the secret, staged entries included; one that is not there counts as removed. */
    void delete(String secretId);

    /** Throws when a write would fail now; changes nothing that a reader sees. */
    void probe();
}
