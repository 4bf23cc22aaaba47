package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What there is in the organisation: accounts, access keys, instances, security groups. What the API changed is kept in a
 * file, so that it survives a restart. All methods may be called from any thread.
 */
public final class Cloud implements AutoCloseable {

    /** The role that an organisation's management account may assume in each member account. */
    static final String MEMBER_ROLE = "OrganizationAccountAccessRole";

    /** How soon a change that the database did not take is tried again. */
    private static final Duration RETRY = Duration.ofMillis(500);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Account management;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Map<RdsArn, DbInstance> instances = new LinkedHashMap<>();
    private final Map<String, SecurityGroup> groups = new LinkedHashMap<>();
    private final Identities identities;
    private final Faults faults = new Faults();
    private volatile boolean organizationInUse = true;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cloud-clock").factory());
    private volatile Duration modificationTime = Duration.ofMillis(600);

    /** What of this is kept. */
    private record Kept(List<SecurityGroup> groups, Map<String, List<String>> attached, Map<String, String> pending) {}

    /**
     * @param folder keeps what changes
     * @param management the organisation's management account
     */
    public Cloud(Path folder, Account management, List<Account> members) {
        this.file = folder.resolve("cloud.json");
        this.identities = new Identities(folder);
        this.management = management;
        accounts.put(management.id(), management);
        members.forEach(this::addMember);
    }

    private void addMember(Account member) {
        accounts.put(member.id(), member);
        identities.addRole(Role.trusting(management.id(), member.id(), MEMBER_ROLE));
    }

    /** A user's access key in the management account, allowed to do everything. */
    public void addAccessKey(String accessKeyId, Secret secretAccessKey, String userName) {
        identities.addUser(management.id(), userName, accessKeyId, secretAccessKey);
    }

    /** Users, roles and sessions. */
    public Identities identities() {
        return identities;
    }

    /** What goes wrong on purpose. */
    public Faults faults() {
        return faults;
    }

    /** Whether the accounts are an organisation; else each stands for itself, and roles are all that joins them. */
    public void organizationInUse(boolean inUse) {
        organizationInUse = inUse;
    }

    boolean organizationInUse() {
        return organizationInUse;
    }

    public synchronized void addInstance(DbInstance instance) {
        instances.put(instance.arn, instance);
    }

    /** Takes up what an earlier run left, once all instances were added; a password change it was about to make is made. */
    public synchronized void resume() {
        if (!Files.exists(file)) {
            return;
        }
        try {
            Kept kept = JSON.readValue(Files.readString(file), Kept.class);
            kept.groups().forEach(group -> groups.put(group.id(), group));
            for (DbInstance instance : instances.values()) {
                List<String> attached = kept.attached().get(instance.arn.toString());
                if (attached != null) {
                    instance.securityGroups.clear();
                    instance.securityGroups.addAll(attached);
                }
                String pending = kept.pending().get(instance.arn.toString());
                if (pending != null) {
                    resetMasterPassword(instance, pending);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** How long a modification takes, from the call to {@code available}. */
    public void modificationTime(Duration time) {
        this.modificationTime = time;
    }

    /** How long each answer takes. */
    public void latency(Duration time) {
        faults.latency(Faults.EVERY, time);
    }

    /** The next {@code calls} calls are throttled. */
    public void throttleNext(int calls) {
        faults.throttle(Faults.EVERY, Faults.EVERY, calls);
    }

    /** From now on nobody may do {@code action}, for instance {@code rds:ModifyDBInstance}. */
    public void deny(String action) {
        faults.deny(action, Faults.EVERY, Denial.IMPLICIT);
    }

    /** Takes {@link #deny} back. */
    public void allow(String action) {
        faults.allow(action, Faults.EVERY);
    }

    Account management() {
        return management;
    }

    synchronized List<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    synchronized List<DbInstance> instances(Caller caller) {
        return instances.values().stream()
                .filter(instance -> instance.arn.accountId().equals(caller.accountId())
                        && instance.arn.region().equals(caller.region()))
                .toList();
    }

    synchronized List<SecurityGroup> groups(Caller caller) {
        return groups.values().stream()
                .filter(group -> group.accountId().equals(caller.accountId())
                        && group.region().equals(caller.region()))
                .toList();
    }

    synchronized SecurityGroup addGroup(
            Caller caller, String vpcId, String name, String description, Map<String, String> tags) {
        long highest = groups.keySet().stream()
                .mapToLong(known -> Long.parseLong(known.substring("sg-".length()), 16))
                .max()
                .orElse(0x0a00000000000000L);
        String id = "sg-" + Long.toHexString(highest + 1);
        SecurityGroup group = new SecurityGroup(
                id,
                caller.accountId(),
                caller.region(),
                vpcId,
                name,
                description,
                new TreeMap<>(tags),
                new ArrayList<>());
        groups.put(id, group);
        keep();
        return group;
    }

    /** False when the group is attached to an instance. */
    synchronized boolean deleteGroup(SecurityGroup group) {
        if (instances.values().stream().anyMatch(instance -> instance.securityGroups.contains(group.id()))) {
            return false;
        }
        groups.remove(group.id());
        keep();
        return true;
    }

    synchronized boolean authorize(SecurityGroup group, SecurityGroup.Rule rule) {
        if (group.ingress().contains(rule)) {
            return false;
        }
        group.ingress().add(rule);
        keep();
        return true;
    }

    synchronized void tag(SecurityGroup group, Map<String, String> tags) {
        group.tags().putAll(tags);
        keep();
    }

    synchronized void attach(DbInstance instance, List<String> groupIds) {
        instance.securityGroups.clear();
        instance.securityGroups.addAll(groupIds);
        keep();
    }

    /** Begins a reset: pending at once, in the database a little later, and only then available again. */
    synchronized void resetMasterPassword(DbInstance instance, String password) {
        instance.pendingPassword = password;
        instance.status = "resetting-master-credentials";
        keep();
        clock.schedule(() -> finishReset(instance, password), modificationTime.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The groups that are attached to the instance, for tests and people. */
    public synchronized List<String> attachedTo(RdsArn arn) {
        DbInstance instance = instances.get(arn);
        return instance == null ? List.of() : List.copyOf(instance.securityGroups);
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private void finishReset(DbInstance instance, String password) {
        try {
            instance.database.setMasterPassword(instance.masterUser, password);
        } catch (RuntimeException targetAway) {
            System.err.println(
                    "the master password of " + instance.arn + " is not set yet: " + targetAway.getMessage());
            clock.schedule(() -> finishReset(instance, password), RETRY.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        synchronized (this) {
            if (password.equals(instance.pendingPassword)) {
                instance.pendingPassword = null;
                instance.status = "available";
                keep();
            }
        }
    }

    private void keep() {
        Map<String, List<String>> attached = new TreeMap<>();
        Map<String, String> pending = new TreeMap<>();
        for (DbInstance instance : instances.values()) {
            attached.put(instance.arn.toString(), List.copyOf(instance.securityGroups));
            @Nullable String password = instance.pendingPassword;
            if (password != null) {
                pending.put(instance.arn.toString(), password);
            }
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    ".cloud",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    fresh, JSON.writeValueAsString(new Kept(List.copyOf(groups.values()), attached, pending)));
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
