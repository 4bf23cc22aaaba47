package dev.sallyport.secrets.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in Vault's KV engine. What is staged lies beside the secret, at {@code <path>.pending}, so that who reads the path
 * sees current entries only. Publishing writes the current entries and then removes the staged ones: killed in between, both
 * say the same, and publishing again changes nothing. With KV version 2 it is written with check-and-set, so that a change by
 * somebody else in between is not lost but told; version 1 cannot do that, and the last writer wins.
 */
public final class VaultSecretStore implements SecretStore {

    /** What {@link #provider} says. */
    public static final String PROVIDER = "vault";

    private static final String PROBED = "dbroles/probe";

    private final Vault vault;
    private final String folder;

    /** Entries and, with KV version 2, the version that they are; 0 when there is none. */
    private record Read(Optional<Map<String, Secret>> entries, int version) {}

    VaultSecretStore(Vault vault, String folder) {
        this.vault = vault;
        this.folder = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        if (!folder.isEmpty()) {
            path(PROBED);
        }
    }

    @Override
    public String provider() {
        return PROVIDER;
    }

    /** The whole path, with the {@code data} of KV version 2. */
    @Override
    public String reference(String secretId) {
        return path(secretId).data();
    }

    @Override
    public Optional<Map<String, Secret>> current(String secretId) {
        return read(path(secretId)).entries();
    }

    @Override
    public Optional<Map<String, Secret>> pending(String secretId) {
        return read(path(secretId).pending()).entries();
    }

    @Override
    public void stage(String secretId, Map<String, Secret> entries) {
        KvPath pending = path(secretId).pending();
        write(pending, entries, pending.version() == 2 ? read(pending).version() : 0);
    }

    @Override
    public void publish(String secretId) {
        KvPath path = path(secretId);
        Optional<Map<String, Secret>> staged = read(path.pending()).entries();
        if (staged.isEmpty()) {
            return;
        }
        Read before = read(path);
        if (!before.entries().equals(staged)) {
            write(path, staged.get(), before.version());
        }
        remove(path.pending());
    }

    @Override
    public void unstage(String secretId) {
        remove(path(secretId).pending());
    }

    @Override
    public void delete(String secretId) {
        remove(path(secretId).pending());
        remove(path(secretId));
    }

    /** Asks Vault for the engine and for what we may do in the folder. */
    @Override
    public void probe() {
        if (folder.isEmpty()) {
            require("GET", Vault.LOOKUP_SELF, null);
            return;
        }
        KvPath probed = path(PROBED);
        checkEngine(probed);
        String staged = probed.pending().whole();
        ObjectNode asked = JsonNodeFactory.instance.objectNode();
        asked.putArray("paths").add(probed.data()).add(staged);
        JsonNode answer = require("POST", "sys/capabilities-self", asked).body();
        for (String needed : new String[] {"create", "update", "read"}) {
            permitted(answer.path(probed.data()), needed, probed.data());
        }
        permitted(answer.path(staged), "delete", staged);
        read(probed);
    }

    /** Who may not ask which engine it is learns it from the first write. */
    private void checkEngine(KvPath path) {
        VaultAnswer answer = vault.call("GET", "sys/internal/ui/mounts/" + path.mount(), null);
        if (!answer.ok()) {
            return;
        }
        String version = answer.body().at("/data/options/version").asText("1");
        if (!version.equals(String.valueOf(path.version()))) {
            throw new SecretStoreException(
                    "the secrets engine at '" + path.mount() + "' is KV version " + version
                            + "; set sallyport.vault.kv-version to that",
                    false);
        }
    }

    private static void permitted(JsonNode capabilities, String needed, String path) {
        if (!allows(capabilities, needed)) {
            throw new SecretStoreException(
                    "Vault's policy does not let us " + needed + " " + path
                            + "; it has to allow create, update and read of"
                            + " the secrets, and delete of what lies beside them (see docs/guides/vault.md)",
                    false);
        }
    }

    private static boolean allows(JsonNode capabilities, String needed) {
        for (JsonNode each : capabilities) {
            if (each.asText().equals(needed) || each.asText().equals("root")) {
                return true;
            }
        }
        return false;
    }

    private KvPath path(String secretId) {
        return KvPath.of(vault.settings(), folder + secretId);
    }

    private Read read(KvPath path) {
        VaultAnswer answer = vault.call("GET", path.data(), null);
        if (answer.status() == 404) {
            if (!answer.error().isEmpty()) {
                throw missingMount(path);
            }
            // Deleted in version 2: the version is counted on from.
            return new Read(
                    Optional.empty(), answer.body().at("/data/metadata/version").asInt(0));
        }
        expect(answer, path.data());
        JsonNode data = answer.body().path("data");
        if (path.version() == 1) {
            return new Read(Optional.of(entries(data)), 0);
        }
        JsonNode values = data.path("data");
        int version = data.at("/metadata/version").asInt(0);
        return new Read(values.isObject() ? Optional.of(entries(values)) : Optional.empty(), version);
    }

    private void write(KvPath path, Map<String, Secret> entries, int expected) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        entries.forEach((name, value) -> values.put(name, value.reveal()));
        ObjectNode body = values;
        if (path.version() == 2) {
            body = JsonNodeFactory.instance.objectNode();
            body.putObject("options").put("cas", expected);
            body.set("data", values);
        }
        VaultAnswer answer = vault.call("POST", path.data(), body);
        if (answer.status() == 400 && answer.error().contains("check-and-set")) {
            throw new SecretStoreException(
                    "somebody else changed " + path.data() + " in Vault at the same time; nothing was overwritten",
                    true);
        }
        if (answer.status() == 404) {
            throw missingMount(path);
        }
        expect(answer, path.data());
    }

    private void remove(KvPath path) {
        VaultAnswer answer = vault.call("DELETE", path.whole(), null);
        if (answer.status() == 404 && answer.error().isEmpty()) {
            return;
        }
        if (answer.status() == 404) {
            throw missingMount(path);
        }
        expect(answer, path.whole());
    }

    private VaultAnswer require(String method, String path, @Nullable JsonNode body) {
        VaultAnswer answer = vault.call(method, path, body);
        expect(answer, path);
        return answer;
    }

    private static void expect(VaultAnswer answer, String path) {
        if (answer.ok()) {
            return;
        }
        throw new SecretStoreException(
                answer.status() == 403
                        ? "Vault does not permit us " + path
                                + "; look at the policy of our token (see docs/guides/vault.md)"
                        : "Vault refuses " + path + " (status " + answer.status() + "): " + answer.error(),
                false);
    }

    private SecretStoreException missingMount(KvPath path) {
        return new SecretStoreException(
                "Vault has no secrets engine at '" + path.mount() + "'; enable KV version " + path.version()
                        + " there, or set sallyport.vault.mount",
                false);
    }

    private static Map<String, Secret> entries(JsonNode values) {
        Map<String, Secret> entries = new LinkedHashMap<>();
        values.properties()
                .forEach(entry ->
                        entries.put(entry.getKey(), Secret.of(entry.getValue().asText())));
        return entries;
    }
}
