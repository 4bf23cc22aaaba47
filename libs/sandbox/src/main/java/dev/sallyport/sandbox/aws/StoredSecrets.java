package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.files.StateFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What Secrets Manager keeps, with its versions: {@code AWSCURRENT}, {@code AWSPENDING}, {@code AWSPREVIOUS}. Kept in a file.
 * Safe for many threads.
 */
public final class StoredSecrets {

    static final String CURRENT = "AWSCURRENT";
    static final String PENDING = "AWSPENDING";
    static final String PREVIOUS = "AWSPREVIOUS";

    private final StateFile file;
    private final Map<String, Stored> secrets = new LinkedHashMap<>();

    /**
     * One secret.
     *
     * @param owner the service that manages it, {@code rds}; empty when a person does
     * @param stages from the stage's label to the version's id
     * @param values from the version's id to its text
     */
    record Stored(
            String arn,
            String name,
            String accountId,
            String region,
            String owner,
            Map<String, String> stages,
            Map<String, String> values) {

        Optional<String> version(String stage) {
            return Optional.ofNullable(stages.get(stage));
        }
    }

    StoredSecrets(Path folder) {
        file = new StateFile(folder.resolve("secrets.json"));
        file.read(Stored[].class).ifPresent(kept -> {
            for (Stored secret : kept) {
                secrets.put(secret.arn(), secret);
            }
        });
    }

    /** Makes a secret of a person's. Returns its ARN. */
    public String create(String accountId, String region, String name, String text) {
        return create(accountId, region, name, "", text);
    }

    synchronized String create(String accountId, String region, String name, String owner, String text) {
        return create(accountId, region, name, owner, UUID.randomUUID().toString(), text);
    }

    /** @param version the id of the first version */
    synchronized String create(
            String accountId, String region, String name, String owner, String version, String text) {
        String suffix = UUID.randomUUID().toString().substring(0, 6);
        String arn = "arn:aws:secretsmanager:" + region + ":" + accountId + ":secret:" + name + "-" + suffix;
        secrets.put(arn, new Stored(arn, name, accountId, region, owner, new TreeMap<>(), new HashMap<>()));
        replace(arn, version, text);
        return arn;
    }

    /** Makes {@code text} current; what was current is the previous one. */
    public void replace(String arn, String text) {
        replace(arn, UUID.randomUUID().toString(), text);
    }

    synchronized void replace(String arn, String version, String text) {
        stage(arn, version, text);
        Stored secret = existing(arn);
        String fresh = secret.version(PENDING).orElseThrow();
        secret.version(CURRENT).ifPresent(before -> secret.stages().put(PREVIOUS, before));
        secret.stages().put(CURRENT, fresh);
        secret.stages().remove(PENDING);
        secret.values().keySet().retainAll(secret.stages().values());
        keep();
    }

    /** As in the middle of a rotation: there is a pending version, and the current one is still that. */
    public void stage(String arn, String text) {
        stage(arn, UUID.randomUUID().toString(), text);
    }

    private synchronized void stage(String arn, String version, String text) {
        Stored secret = existing(arn);
        secret.values().put(version, text);
        secret.stages().put(PENDING, version);
        keep();
    }

    /** The text of the current version. */
    public synchronized String current(String arn) {
        Stored secret = existing(arn);
        return secret.values().getOrDefault(secret.version(CURRENT).orElseThrow(), "");
    }

    synchronized void delete(String arn) {
        secrets.remove(arn);
        keep();
    }

    /** By ARN, ARN without its random end, or name, as an account sees it in a region. */
    synchronized Optional<Stored> find(Caller caller, String id) {
        return secrets.values().stream()
                .filter(secret -> secret.accountId().equals(caller.accountId())
                        && secret.region().equals(caller.region()))
                .filter(secret -> secret.arn().equals(id)
                        || secret.name().equals(id)
                        || secret.arn().substring(0, secret.arn().length() - 7).equals(id))
                .findFirst();
    }

    private Stored existing(String arn) {
        return Optional.ofNullable(secrets.get(arn))
                .orElseThrow(() -> new IllegalArgumentException("there is no secret " + arn));
    }

    private void keep() {
        List<Stored> all = new ArrayList<>(secrets.values());
        file.write(all);
    }
}
