package dev.sallyport.sandbox.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A KV secrets engine, version 1 or 2, in memory; {@link VaultStandIn} keeps it. Versions older than the tenth are dropped,
 * as Vault does by default.
 */
final class KvEngine {

    private static final int KEPT_VERSIONS = 10;

    private final int engineVersion;
    private final boolean casRequired;
    private final Map<String, List<Version>> secrets = new LinkedHashMap<>();

    /** One version of a secret. @param deleted when it was deleted; null while it is there */
    record Version(
            int number,
            @Nullable ObjectNode data,
            String created,
            @Nullable String deleted) {}

    KvEngine(int engineVersion, boolean casRequired) {
        this.engineVersion = engineVersion;
        this.casRequired = casRequired;
    }

    int engineVersion() {
        return engineVersion;
    }

    boolean casRequired() {
        return casRequired;
    }

    Map<String, List<Version>> secrets() {
        return secrets;
    }

    /** 0 when there is none. */
    int lastVersion(String name) {
        List<Version> versions = secrets.get(name);
        return versions == null ? 0 : versions.getLast().number();
    }

    /** The kind of right that a write to {@code name} needs. */
    String writeCapability(String name) {
        return secrets.containsKey(name) ? "update" : "create";
    }

    ObjectNode read(String name) {
        List<Version> versions = secrets.get(name);
        if (versions == null) {
            throw VaultError.nothing();
        }
        Version last = versions.getLast();
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        if (engineVersion == 1) {
            data.set("data", last.data());
            return data.put("lease_duration", 2_764_800);
        }
        ObjectNode inner = data.putObject("data");
        inner.set("data", last.data());
        inner.set("metadata", metadata(last));
        return data;
    }

    /** Whether the last version of {@code name} was deleted: its metadata is then told with status 404. */
    boolean deleted(String name) {
        List<Version> versions = secrets.get(name);
        return versions != null && versions.getLast().deleted() != null;
    }

    @Nullable ObjectNode write(String name, JsonNode body, Instant now) {
        List<Version> versions = secrets.computeIfAbsent(name, absent -> new ArrayList<>());
        if (engineVersion == 1) {
            versions.clear();
            versions.add(new Version(1, object(body), now.toString(), null));
            return null;
        }
        int last = versions.isEmpty() ? 0 : lastVersion(name);
        try {
            check(body.path("options").path("cas"), last);
        } finally {
            if (versions.isEmpty()) {
                secrets.remove(name);
            }
        }
        Version next = new Version(last + 1, object(body.path("data")), now.toString(), null);
        versions.add(next);
        secrets.put(name, versions);
        if (versions.size() > KEPT_VERSIONS) {
            versions.removeFirst();
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("data", metadata(next));
        return answer;
    }

    private void check(JsonNode cas, int last) {
        if (cas.isMissingNode()) {
            if (casRequired) {
                throw new VaultError(400, "check-and-set parameter required for this call");
            }
        } else if (cas.asInt(-1) != last) {
            throw new VaultError(400, "check-and-set parameter did not match the current version");
        }
    }

    /** Version 1 removes; version 2 marks the last version. */
    void delete(String name, Instant now) {
        if (engineVersion == 1) {
            secrets.remove(name);
            return;
        }
        List<Version> versions = secrets.get(name);
        if (versions != null) {
            Version last = versions.removeLast();
            versions.add(new Version(last.number(), null, last.created(), now.toString()));
        }
    }

    /** With all versions. */
    void destroy(String name) {
        secrets.remove(name);
    }

    private static ObjectNode object(JsonNode data) {
        if (data instanceof ObjectNode object) {
            return object;
        }
        throw new VaultError(400, "no data provided");
    }

    private static ObjectNode metadata(Version version) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode();
        metadata.put("created_time", version.created());
        metadata.putNull("custom_metadata");
        metadata.put("deletion_time", version.deleted() == null ? "" : version.deleted());
        metadata.put("destroyed", false);
        return metadata.put("version", version.number());
    }
}
