package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.aws.Operation.Kind;
import dev.sallyport.sandbox.files.StateFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An instance of IAM Identity Center with its identity store: users, permission sets, who has which in what account, and the
 * roles that these have become. Assigning takes time, and in one account one thing is done at a time. Kept in a file. Safe for
 * many threads.
 */
public final class IdentityCenter {

    /** Of the one instance that there is. */
    public static final String INSTANCE_ARN = "arn:aws:sso:::instance/ssoins-7223a1b2c3d4e5f6";

    /** Of its identity store. */
    public static final String STORE_ID = "d-9067642ac7";

    /** Where it is, unless said otherwise. */
    public static final String REGION = "us-east-1";

    /** Where people sign in. */
    public static final String START_URL = "https://" + STORE_ID + ".awsapps.com/start";

    private static final int FORGET_BEYOND = 1_000;

    private final StateFile file;
    private final Predicate<String> accountExists;
    private final Map<String, StoreUser> users = new LinkedHashMap<>();
    private final Map<String, PermissionSet> sets = new LinkedHashMap<>();
    private final Set<Assignment> assignments = new LinkedHashSet<>();
    private final Map<String, ReservedRole> roles = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new LinkedHashMap<>();
    private String region = REGION;
    private Duration provisioningTime = Duration.ofMillis(300);
    private boolean stuck;

    /** What of this is kept. */
    private record Kept(
            List<StoreUser> users,
            List<PermissionSet> sets,
            List<Assignment> assignments,
            Map<String, KeptRole> roles,
            List<Operation> operations) {}

    private record KeptRole(
            String accountId, String permissionSet, String name, String sessionDuration, String inlinePolicy) {}

    IdentityCenter(Path folder, Predicate<String> accountExists) {
        this.file = new StateFile(folder.resolve("identity-center.json"));
        this.accountExists = accountExists;
        file.read(Kept.class).ifPresent(this::resume);
    }

    /** Where the instance is; us-east-1 unless said. */
    public synchronized void region(String name) {
        region = name;
    }

    public synchronized String region() {
        return region;
    }

    /** How long it takes to assign, to take back and to provision; 300 ms unless said. */
    public synchronized void provisioningTime(Duration time) {
        provisioningTime = time;
    }

    /** While true, nothing that is under way ends. */
    public synchronized void stuck(boolean stays) {
        stuck = stays;
    }

    public String instanceArn() {
        return INSTANCE_ARN;
    }

    public String identityStoreId() {
        return STORE_ID;
    }

    /** The address of the access portal. */
    public String startUrl() {
        return START_URL;
    }

    /** Adds a user, or finds the one of this name; the id is made of the name, so it is the same in every run. */
    public synchronized StoreUser addUser(String userName, String displayName, String email) {
        String id = "9067642ac7-" + UUID.nameUUIDFromBytes(("user:" + userName).getBytes(StandardCharsets.UTF_8));
        StoreUser user = new StoreUser(id, userName, displayName, email);
        users.put(id, user);
        keep();
        return user;
    }

    public synchronized Optional<StoreUser> user(String userId) {
        return Optional.ofNullable(users.get(userId));
    }

    public synchronized Optional<StoreUser> userNamed(String userName) {
        return users.values().stream()
                .filter(user -> user.userName().equals(userName))
                .findFirst();
    }

    public synchronized List<StoreUser> users() {
        return List.copyOf(users.values());
    }

    /** False when there is none. */
    public synchronized boolean removeUser(String userId) {
        boolean there = users.remove(userId) != null;
        keep();
        return there;
    }

    /** What a user finds in the access portal: the roles of all accounts that are theirs. */
    public synchronized List<ReservedRole> rolesOf(String userId) {
        settle();
        return assignments.stream()
                .filter(assignment -> assignment.principalId().equals(userId))
                .flatMap(assignment ->
                        Optional.ofNullable(roles.get(place(assignment.permissionSetArn(), assignment.accountId())))
                                .stream())
                .toList();
    }

    /** The role that a user gets in an account for a permission set; empty when it is not assigned to them there. */
    public Optional<ReservedRole> assumable(String accountId, String permissionSet, String userId) {
        return rolesOf(userId).stream()
                .filter(role -> role.accountId().equals(accountId)
                        && role.permissionSet().equals(permissionSet))
                .findFirst();
    }

    /** A role that is there now, by its own name. */
    public synchronized Optional<ReservedRole> role(String accountId, String roleName) {
        settle();
        return roles.values().stream()
                .filter(role ->
                        role.accountId().equals(accountId) && role.name().equals(roleName))
                .findFirst();
    }

    /** The names of all permission sets, for tests and people. */
    public synchronized List<String> permissionSetNames() {
        return sets.values().stream().map(PermissionSet::name).toList();
    }

    synchronized List<PermissionSet> sets() {
        return List.copyOf(sets.values());
    }

    synchronized Optional<PermissionSet> set(String arn) {
        return Optional.ofNullable(sets.get(arn));
    }

    /** False when another has its name. */
    synchronized boolean add(PermissionSet fresh) {
        if (sets.values().stream().anyMatch(set -> set.name().equals(fresh.name()))) {
            return false;
        }
        replace(fresh);
        return true;
    }

    synchronized void replace(PermissionSet changed) {
        sets.put(changed.arn(), changed);
        keep();
    }

    /** False while it is assigned, or about to be. */
    synchronized boolean remove(PermissionSet set) {
        settle();
        boolean busy = roles.keySet().stream().anyMatch(place -> place.startsWith(set.arn() + "@"))
                || operations.values().stream()
                        .anyMatch(operation -> !operation.ended()
                                && operation.subject().permissionSetArn().equals(set.arn()));
        if (busy) {
            return false;
        }
        sets.remove(set.arn());
        keep();
        return true;
    }

    synchronized List<Assignment> assignments(String setArn, String accountId) {
        settle();
        return assignments.stream()
                .filter(assignment -> assignment.permissionSetArn().equals(setArn)
                        && assignment.accountId().equals(accountId))
                .toList();
    }

    synchronized List<String> accountsOf(String setArn) {
        settle();
        return roles.entrySet().stream()
                .filter(role -> role.getKey().startsWith(setArn + "@"))
                .map(role -> role.getValue().accountId())
                .toList();
    }

    /** Empty while something else is under way in the account. */
    synchronized Optional<Operation> begin(Kind kind, Assignment subject) {
        settle();
        boolean busy = operations.values().stream()
                .anyMatch(operation ->
                        !operation.ended() && operation.subject().accountId().equals(subject.accountId()));
        if (busy) {
            return Optional.empty();
        }
        Instant now = Instant.now();
        Operation begun = new Operation(
                UUID.randomUUID().toString(),
                kind,
                subject,
                now.toString(),
                now.plus(provisioningTime).toString(),
                false,
                null);
        operations.put(begun.requestId(), begun);
        if (operations.size() > FORGET_BEYOND) {
            operations.remove(operations.keySet().iterator().next());
        }
        keep();
        return Optional.of(begun);
    }

    synchronized Optional<Operation> operation(String requestId, Kind kind) {
        settle();
        return Optional.ofNullable(operations.get(requestId)).filter(operation -> operation.kind() == kind);
    }

    /** Nothing runs in the background: whoever looks sees what had happened by then, after a restart too. */
    private void settle() {
        Instant now = Instant.now();
        List<Operation> due = stuck
                ? List.of()
                : operations.values().stream()
                        .filter(operation -> operation.due(now))
                        .toList();
        due.forEach(operation -> operations.put(operation.requestId(), operation.end(perform(operation))));
        if (!due.isEmpty()) {
            keep();
        }
    }

    /** Why it failed, or null. The calls themselves succeed for accounts and people that are not there; this does not. */
    private @Nullable String perform(Operation operation) {
        Assignment subject = operation.subject();
        PermissionSet set = sets.get(subject.permissionSetArn());
        if (set == null) {
            return "Received a 404 status error: PermissionSet not found.";
        }
        if (!accountExists.test(subject.accountId())) {
            return "Received a 404 status error: Not supported organization account " + subject.accountId();
        }
        return switch (operation.kind()) {
            case CREATION -> assign(set, subject);
            case DELETION -> takeBack(subject);
            case PROVISIONING -> {
                provision(set, subject.accountId());
                yield null;
            }
        };
    }

    private @Nullable String assign(PermissionSet set, Assignment subject) {
        if (!users.containsKey(subject.principalId())) {
            return "Received a 404 status error: Principal " + subject.principalId() + " not found.";
        }
        assignments.add(subject);
        provision(set, subject.accountId());
        return null;
    }

    private @Nullable String takeBack(Assignment subject) {
        if (!assignments.remove(subject)) {
            return "Received a 404 status error: Account assignment not found.";
        }
        boolean used = assignments.stream()
                .anyMatch(assignment -> assignment.permissionSetArn().equals(subject.permissionSetArn())
                        && assignment.accountId().equals(subject.accountId()));
        if (!used) {
            roles.remove(place(subject.permissionSetArn(), subject.accountId()));
        }
        return null;
    }

    private void provision(PermissionSet set, String accountId) {
        String place = place(set.arn(), accountId);
        ReservedRole before = roles.get(place);
        String name = before == null
                ? "AWSReservedSSO_" + set.name() + "_"
                        + UUID.randomUUID().toString().replace("-", "").substring(0, 16)
                : before.name();
        roles.put(
                place,
                new ReservedRole(
                        accountId, set.name(), name, Duration.parse(set.sessionDuration()), set.inlinePolicy()));
    }

    private static String place(String setArn, String accountId) {
        return setArn + "@" + accountId;
    }

    private void resume(Kept kept) {
        kept.users().forEach(user -> users.put(user.userId(), user));
        kept.sets().forEach(set -> sets.put(set.arn(), set));
        assignments.addAll(kept.assignments());
        kept.roles()
                .forEach((place, role) -> roles.put(
                        place,
                        new ReservedRole(
                                role.accountId(),
                                role.permissionSet(),
                                role.name(),
                                Duration.parse(role.sessionDuration()),
                                role.inlinePolicy())));
        kept.operations().forEach(operation -> operations.put(operation.requestId(), operation));
    }

    private void keep() {
        Map<String, KeptRole> keptRoles = new HashMap<>();
        roles.forEach((place, role) -> keptRoles.put(
                place,
                new KeptRole(
                        role.accountId(),
                        role.permissionSet(),
                        role.name(),
                        role.sessionDuration().toString(),
                        role.inlinePolicy())));
        file.write(new Kept(
                List.copyOf(users.values()),
                List.copyOf(sets.values()),
                new ArrayList<>(assignments),
                keptRoles,
                List.copyOf(operations.values())));
    }
}
