package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.files.StateFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call: access keys of users, roles and who may assume them, and temporary credentials, which are kept in a file so
 * that they outlive a restart as they do in AWS. Safe for many threads.
 */
public final class Identities {

    /** An expired session is told so for this long; then nobody remembers it. */
    private static final Duration REMEMBERED = Duration.ofHours(1);

    /** {@code DurationSeconds} at most for a session that a session asked for. */
    private static final Duration LONGEST_CHAINED = Duration.ofHours(1);

    private final StateFile file;
    private final Map<String, Credential> credentials = new HashMap<>();
    private final Map<String, Role> roles = new HashMap<>();
    private final Set<String> suspended = new HashSet<>();
    private String partition = "aws";

    /** Temporary credentials as they are kept. */
    private record Kept(
            String accessKeyId,
            String secretAccessKey,
            String sessionToken,
            String expiresAt,
            String accountId,
            String arn,
            String userId) {}

    Identities(Path folder) {
        this.file = new StateFile(folder.resolve("sessions.json"));
        resume();
    }

    /** What all ARNs begin with: {@code aws}, {@code aws-cn} or {@code aws-us-gov}. To be said before anything is added. */
    public synchronized void partition(String name) {
        partition = name;
    }

    /** A user's access key, allowed to do everything in the account. */
    public synchronized void addUser(String accountId, String userName, String accessKeyId, Secret secretAccessKey) {
        credentials.put(
                accessKeyId,
                new Credential(
                        accessKeyId,
                        secretAccessKey,
                        null,
                        null,
                        accountId,
                        "arn:" + partition + ":iam::" + accountId + ":user/" + userName,
                        "AIDA" + accountId));
    }

    public synchronized void addRole(Role role) {
        roles.put(role.accountId() + "/" + role.name(), role);
    }

    /** From now on nobody can assume it; its sessions live on. */
    public synchronized void removeRole(String accountId, String name) {
        roles.remove(accountId + "/" + name);
    }

    /** From now on the account's roles cannot be assumed, and its sessions can do nothing. */
    public synchronized void suspend(String accountId) {
        suspended.add(accountId);
    }

    /** Takes {@link #suspend} back. */
    public synchronized void reactivate(String accountId) {
        suspended.remove(accountId);
    }

    /** All temporary credentials are too old from now on. */
    public synchronized void expireSessions() {
        Instant now = Instant.now();
        credentials.replaceAll((id, known) -> known.expiresAt() == null ? known : known.until(now));
        keep();
    }

    synchronized boolean isSuspended(String accountId) {
        return suspended.contains(accountId);
    }

    synchronized String partition() {
        return partition;
    }

    synchronized Optional<Credential> credential(String accessKeyId) {
        return Optional.ofNullable(credentials.get(accessKeyId));
    }

    synchronized Optional<Role> role(String accountId, String name) {
        return Optional.ofNullable(roles.get(accountId + "/" + name));
    }

    synchronized String arn(Role role) {
        return "arn:" + partition + ":iam::" + role.accountId() + ":role/" + role.pathAndName();
    }

    /** Whether there is a user or role of this ARN. */
    synchronized boolean known(String arn) {
        return credentials.values().stream()
                        .anyMatch(user -> user.expiresAt() == null && user.arn().equals(arn))
                || roles.values().stream().anyMatch(role -> arn(role).equals(arn));
    }

    /**
     * A session of a role; empty when there is no such role, or its trust policy does not let this caller in.
     *
     * @throws AwsError when it may not last so long
     */
    synchronized Optional<Credential> assume(
            Caller caller, String roleArn, @Nullable String externalId, String session, Duration life) {
        if (caller.arn().contains(":assumed-role/") && life.compareTo(LONGEST_CHAINED) > 0) {
            throw new AwsError(
                    400,
                    "ValidationError",
                    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");
        }
        return roles.values().stream()
                .filter(role -> arn(role).equals(roleArn))
                .filter(role -> role.trusted().equals(caller.accountId()) && !suspended.contains(role.accountId()))
                .filter(role -> role.externalId() == null || Objects.equals(role.externalId(), externalId))
                .findFirst()
                .map(role -> session(role, session, life));
    }

    /** A session of a role, whoever asks. */
    synchronized Credential session(Role role, String session, Duration life) {
        String suffix = Secret.random(20).reveal().replaceAll("[^A-Za-z0-9]", "0");
        Credential temporary = new Credential(
                "ASIA" + suffix.substring(0, 16).toUpperCase(Locale.ROOT),
                Secret.random(40),
                Secret.random(120),
                Instant.now().plus(life),
                role.accountId(),
                "arn:" + partition + ":sts::" + role.accountId() + ":assumed-role/" + role.name() + "/" + session,
                "AROA" + role.accountId() + ":" + session);
        credentials.put(temporary.accessKeyId(), temporary);
        keep();
        return temporary;
    }

    private void resume() {
        for (Kept kept : file.read(Kept[].class).orElse(new Kept[0])) {
            credentials.put(
                    kept.accessKeyId(),
                    new Credential(
                            kept.accessKeyId(),
                            Secret.of(kept.secretAccessKey()),
                            Secret.of(kept.sessionToken()),
                            Instant.parse(kept.expiresAt()),
                            kept.accountId(),
                            kept.arn(),
                            kept.userId()));
        }
    }

    private void keep() {
        Instant forgotten = Instant.now().minus(REMEMBERED);
        credentials
                .values()
                .removeIf(
                        known -> known.expiresAt() != null && known.expiresAt().isBefore(forgotten));
        List<Kept> sessions = credentials.values().stream()
                .flatMap(known -> kept(known).stream())
                .toList();
        file.write(sessions);
    }

    private static Optional<Kept> kept(Credential known) {
        Secret token = known.sessionToken();
        Instant expiry = known.expiresAt();
        return token == null || expiry == null
                ? Optional.empty()
                : Optional.of(new Kept(
                        known.accessKeyId(),
                        known.secretAccessKey().reveal(),
                        token.reveal(),
                        expiry.toString(),
                        known.accountId(),
                        known.arn(),
                        known.userId()));
    }
}
