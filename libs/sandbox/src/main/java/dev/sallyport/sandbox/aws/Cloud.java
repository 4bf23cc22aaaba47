package dev.sallyport.sandbox.aws;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.DbResource.Membership;
import dev.sallyport.sandbox.aws.session.SessionManager;
import dev.sallyport.sandbox.files.StateFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is in the organisation: accounts, access keys, instances, security groups. What the API changed is kept in a
 * file, so that it survives a restart. All methods may be called from any thread.
 */
public final class Cloud implements AutoCloseable {

    /** The role that an organisation's management account may assume in each member account. */
    static final String MEMBER_ROLE = "OrganizationAccountAccessRole";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateFile file;
    private final Account management;
    private final Map<String, Account> accounts = new LinkedHashMap<>();
    private final Map<RdsArn, DbInstance> instances = new LinkedHashMap<>();
    private final Map<String, DbCluster> clusters = new LinkedHashMap<>();
    private final Map<String, SecurityGroup> groups = new LinkedHashMap<>();
    private final Identities identities;
    private final Faults faults = new Faults();
    private volatile boolean organizationInUse = true;
    private final Modifications modifications = new Modifications(this);
    private final StoredSecrets secrets;
    private final IdentityCenter identityCenter;
    private final PortalSignIns portalSignIns = new PortalSignIns();
    private final SessionManager sessionManager = new SessionManager();

    /** What of this is kept. */
    private record Kept(
            List<SecurityGroup> groups,
            Map<String, List<String>> attached,
            Map<String, String> pending,
            @Nullable Map<String, String> secrets) {}

    /**
     * @param folder keeps what changes
     * @param management the organisation's management account
     */
    public Cloud(Path folder, Account management, List<Account> members) {
        this.file = new StateFile(folder.resolve("cloud.json"));
        this.secrets = new StoredSecrets(folder);
        this.identities = new Identities(folder);
        this.identityCenter = new IdentityCenter(folder, this::hasAccount);
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

    /** Users, and what they may do in which account. */
    public IdentityCenter identityCenter() {
        return identityCenter;
    }

    /** Who has signed in to the portal. */
    public PortalSignIns portalSignIns() {
        return portalSignIns;
    }

    /** Tasks of ECS, and the sessions with them. */
    public SessionManager sessionManager() {
        return sessionManager;
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
        addDefaultGroup(instance);
    }

    /** A cluster; its members are added as instances. */
    public synchronized void addCluster(DbCluster cluster) {
        clusters.put(cluster.arn(), cluster);
        addDefaultGroup(cluster);
    }

    private void addDefaultGroup(DbResource resource) {
        String id = DbResource.defaultGroup(resource.accountId);
        groups.putIfAbsent(
                id,
                new SecurityGroup(
                        id,
                        resource.accountId,
                        resource.region,
                        resource.vpcId,
                        "default",
                        "default VPC security group",
                        new TreeMap<>(),
                        new ArrayList<>()));
    }

    /** Takes up what an earlier run left, once all instances were added; a password change it was about to make is made. */
    public synchronized void resume() {
        file.read(Kept.class).ifPresent(kept -> {
            kept.groups().forEach(group -> groups.put(group.id(), group));
            resources().forEach(resource -> resume(resource, kept));
        });
    }

    private void resume(DbResource resource, Kept kept) {
        List<String> attached = kept.attached().get(resource.name());
        if (attached != null) {
            resource.securityGroups.clear();
            attached.forEach(group -> resource.securityGroups.put(group, Membership.ACTIVE));
        }
        resource.secretArn =
                kept.secrets() == null ? resource.secretArn : kept.secrets().get(resource.name());
        String pending = kept.pending().get(resource.name());
        if (pending != null) {
            resetMasterPassword(resource, pending);
        }
    }

    /** All that has a master of its own. */
    private Stream<DbResource> resources() {
        return Stream.concat(clusters.values().stream(), instances.values().stream());
    }

    /** How long a modification takes, from the call to {@code available}. */
    public void modificationTime(Duration time) {
        modifications.time(time);
    }

    /** What Secrets Manager keeps. */
    public StoredSecrets secrets() {
        return secrets;
    }

    /** Who may log in to a database with a token. */
    public LoginTokens loginTokens() {
        return new LoginTokens(this);
    }

    /** How long each answer takes. */
    public void latency(Duration time) {
        faults.latency(Faults.EVERY, time);
    }

    /** From now on nobody may do {@code action}, for instance {@code rds:ModifyDBInstance}. */
    public void deny(String action) {
        faults.deny(action, Faults.EVERY, Denial.IMPLICIT);
    }

    /** Takes {@link #deny} back. */
    public void allow(String action) {
        faults.allow(action, Faults.EVERY);
    }

    private synchronized boolean hasAccount(String id) {
        return accounts.containsKey(id);
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

    synchronized List<DbCluster> clusters(Caller caller) {
        return clusters.values().stream()
                .filter(cluster ->
                        cluster.accountId.equals(caller.accountId()) && cluster.region.equals(caller.region()))
                .toList();
    }

    synchronized List<DbInstance> members(DbCluster cluster) {
        return instances.values().stream()
                .filter(instance -> cluster.equals(instance.cluster))
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
        String id = "sg-0" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
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

    /** False when the group is attached to something, or is on its way off it. */
    synchronized boolean deleteGroup(SecurityGroup group) {
        if (resources().anyMatch(resource -> resource.securityGroups.containsKey(group.id()))) {
            return false;
        }
        groups.remove(group.id());
        keep();
        return true;
    }

    /** False when there is no such rule. */
    synchronized boolean revoke(SecurityGroup group, SecurityGroup.Rule rule) {
        boolean there = group.ingress().remove(rule);
        keep();
        return there;
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

    synchronized void attach(DbResource resource, List<String> groupIds) {
        Map<String, Membership> before = new LinkedHashMap<>(resource.securityGroups);
        resource.securityGroups.clear();
        groupIds.forEach(id -> resource.securityGroups.put(
                id, before.get(id) == Membership.ACTIVE ? Membership.ACTIVE : Membership.ADDING));
        before.keySet().forEach(id -> resource.securityGroups.putIfAbsent(id, Membership.REMOVING));
        keep();
        modifications.settleGroups(resource);
    }

    /** Begins a reset: pending at once, in the database a little later, and only then available again. */
    synchronized void resetMasterPassword(DbResource resource, String password) {
        resource.pendingPassword = password;
        keep();
        modifications.resetPassword(resource, password);
    }

    synchronized void begin(DbResource resource, String activity) {
        resource.activity = activity;
    }

    synchronized void groupsSettled(DbResource resource) {
        resource.securityGroups.values().removeIf(Membership.REMOVING::equals);
        resource.securityGroups.replaceAll((id, before) -> Membership.ACTIVE);
        resource.activity = null;
        keep();
    }

    synchronized void passwordSet(DbResource resource, String password) {
        if (password.equals(resource.pendingPassword)) {
            resource.pendingPassword = null;
            resource.activity = null;
            keep();
        }
    }

    /** From now on, and at once, RDS keeps the master's password of an instance in Secrets Manager. Returns the secret's ARN. */
    public String manageMasterPassword(RdsArn arn) {
        return manage(known(arn).owner());
    }

    String manage(DbResource resource) {
        String password = Secret.random(28).reveal();
        resource.database.setMasterPassword(resource.masterUser, password);
        String secretArn = secrets.create(
                resource.accountId,
                resource.region,
                resource.secretPrefix() + UUID.randomUUID(),
                "rds",
                managed(resource, password));
        synchronized (this) {
            resource.secretArn = secretArn;
            keep();
        }
        return secretArn;
    }

    /** RDS gives the master another password and puts that into its secret. */
    public void rotateMasterPassword(RdsArn arn) {
        DbResource resource = known(arn).owner();
        String password = Secret.random(28).reveal();
        resource.database.setMasterPassword(resource.masterUser, password);
        secrets.replace(Objects.requireNonNull(resource.secretArn), managed(resource, password));
    }

    /** The secret goes with it. */
    synchronized void unmanage(DbResource resource) {
        String secretArn = resource.secretArn;
        if (secretArn != null) {
            secrets.delete(secretArn);
            resource.secretArn = null;
            keep();
        }
    }

    private static String managed(DbResource resource, String password) {
        return JSON.createObjectNode()
                .put("username", resource.masterUser)
                .put("password", password)
                .toString();
    }

    synchronized DbInstance known(RdsArn arn) {
        return Objects.requireNonNull(instances.get(arn), "no such instance");
    }

    /** The groups that are attached to the instance, or to its cluster, for tests and people. */
    public synchronized List<String> attachedTo(RdsArn arn) {
        DbInstance instance = instances.get(arn);
        return instance == null ? List.of() : instance.owner().attached();
    }

    @Override
    public void close() {
        modifications.close();
        sessionManager.close();
    }

    private void keep() {
        Map<String, List<String>> attached = new TreeMap<>();
        Map<String, String> pending = new TreeMap<>();
        Map<String, String> managed = new TreeMap<>();
        resources().forEach(resource -> {
            attached.put(resource.name(), resource.attached());
            @Nullable String password = resource.pendingPassword;
            if (password != null) {
                pending.put(resource.name(), password);
            }
            @Nullable String secretArn = resource.secretArn;
            if (secretArn != null) {
                managed.put(resource.name(), secretArn);
            }
        });
        file.write(new Kept(List.copyOf(groups.values()), attached, pending, managed));
    }
}
