package dev.sallyport.aws;

import dev.sallyport.kernel.Secret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where our own credentials come from. Services keep it in the secret store, under {@link #SECRET_ID}. */
public sealed interface AwsIdentitySource {

    /** The id of the secret that holds it. */
    String SECRET_ID = "integrations/aws";

    /** The region that calls go to when none is named. */
    String region();

    /** As entries of a secret. */
    Map<String, Secret> toEntries();

    /**
     * Reads what {@link #toEntries()} wrote.
     *
     * @throws IllegalArgumentException when the entries hold something else; the message names no value
     */
    static AwsIdentitySource ofEntries(Map<String, Secret> entries) {
        String region = Entries.text(entries, Entries.REGION)
                .orElseThrow(() -> new IllegalArgumentException("the AWS integration's secret holds no region"));
        Optional<String> keyId = Entries.text(entries, Entries.ACCESS_KEY_ID);
        if (keyId.isEmpty()) {
            return new InstanceRole(region);
        }
        Secret key = entries.get(Entries.SECRET_ACCESS_KEY);
        if (key == null) {
            throw new IllegalArgumentException("the AWS integration's secret holds no secret access key");
        }
        return new StaticKeys(keyId.get(), key, entries.get(Entries.SESSION_TOKEN), region);
    }

    /** An access key of an IAM user or, with a token, of a session. */
    record StaticKeys(
            String accessKeyId,
            Secret secretAccessKey,
            @Nullable Secret sessionToken,
            String region) implements AwsIdentitySource {

        private static final Pattern KEY_ID = Pattern.compile("\\w{16,128}");

        /** @throws IllegalArgumentException when a part has a form that AWS never gives out; the message names the part only */
        public StaticKeys {
            if (!KEY_ID.matcher(accessKeyId).matches()) {
                throw new IllegalArgumentException("the access key id is not 16 to 128 letters and digits");
            }
            if (secretAccessKey.reveal().isBlank()) {
                throw new IllegalArgumentException("the secret access key is empty");
            }
            AwsSettings.checkRegion(region);
        }

        @Override
        public Map<String, Secret> toEntries() {
            Map<String, Secret> entries = new HashMap<>();
            entries.put(Entries.REGION, Secret.of(region));
            entries.put(Entries.ACCESS_KEY_ID, Secret.of(accessKeyId));
            entries.put(Entries.SECRET_ACCESS_KEY, secretAccessKey);
            if (sessionToken != null) {
                entries.put(Entries.SESSION_TOKEN, sessionToken);
            }
            return Map.copyOf(entries);
        }

        /** Not even the id of the key: with it a reader of logs knows which one to look for. */
        @Override
        public String toString() {
            return "StaticKeys[region=" + region + "]";
        }
    }

    /** The role of the machine we run on: the SDK's default chain. Only where the settings allow it. */
    record InstanceRole(String region) implements AwsIdentitySource {

        /** @throws IllegalArgumentException when {@code region} has another form */
        public InstanceRole {
            AwsSettings.checkRegion(region);
        }

        @Override
        public Map<String, Secret> toEntries() {
            return Map.of(Entries.REGION, Secret.of(region));
        }
    }

    /** The names of the secret's entries. */
    final class Entries {
        static final String REGION = "REGION";
        static final String ACCESS_KEY_ID = "ACCESS_KEY_ID";
        static final String SECRET_ACCESS_KEY = "SECRET_ACCESS_KEY";
        static final String SESSION_TOKEN = "SESSION_TOKEN";

        private static Optional<String> text(Map<String, Secret> entries, String name) {
            return Optional.ofNullable(entries.get(name)).map(Secret::reveal);
        }

        private Entries() {}
    }
}
