package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.grants.ProxyPlace;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.Denial;
import dev.sallyport.sandbox.aws.IdentityCenter;
import dev.sallyport.sandbox.aws.Role;
import dev.sallyport.sandbox.aws.StoreUser;
import dev.sallyport.sandbox.aws.session.EcsTask;
import dev.sallyport.sandbox.aws.session.SessionManager;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The steps against the stand-in of IAM Identity Center, with a store that keeps what a broker would have stored. */
class StepsTest {

    private static final String HOME = "111111111111";
    private static final String PROXIES = "222222222222";
    private static final ProxyPlace PLACE = new ProxyPlace("orders", PROXIES, "eu-west-1", "proxies");

    @TempDir
    private Path folder;

    private final String grant = GrantId.next(InstantSource.system()).value();
    private AwsStandIn aws;
    private IdentityCenter center;
    private StoreUser alice;
    private AwsAccounts accounts;
    private Steps steps;

    /** What a broker has stored: it is all that a restart knows. */
    private static final class Stored {
        Goal goal = Goal.UP;
        Step step = Step.FIND_USER;
        Plan plan;
        int attempts;

        @Nullable String failure;

        Stored(Plan plan) {
            this.plan = plan;
        }

        void down() {
            goal = Goal.DOWN;
            step = Step.FIND_SET;
            attempts = 0;
        }
    }

    @BeforeEach
    void start() {
        System.setProperty("aws.accessKeyId", "AKIASALLYPORT1");
        System.setProperty("aws.secretAccessKey", "right-secret");
        Cloud cloud = new Cloud(
                folder,
                new Account(HOME, "management", "aws@example.com"),
                List.of(new Account(PROXIES, "proxies", "proxies@example.com")));
        cloud.addAccessKey("AKIASALLYPORT1", Secret.of("right-secret"), "sallyport");
        cloud.identities().addRole(new Role(PROXIES, "/", "Reach", HOME, "ext-7"));
        aws = new AwsStandIn(0, cloud);
        center = cloud.identityCenter();
        center.provisioningTime(Duration.ofMillis(30));
        alice = center.addUser("alice", "Alice", "alice@example.com");
        accounts = new AwsAccounts(Optional.of(URI.create(aws.endpoint())));
        steps = new Steps(new PermissionSets(accounts), new Sessions(accounts));
    }

    @AfterEach
    void stop() {
        accounts.close();
        aws.close();
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    @Test
    void afterTheLastStepThePersonHasTheRoleAndAfterTheWayBackNothingIsLeft() {
        Stored stored = up();

        assertThat(center.assumable(PROXIES, grant, alice.userId()))
                .hasValueSatisfying(role -> assertThat(role.inlinePolicy()).isEqualTo(stored.plan.policy()));

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(value = Step.class, mode = Mode.EXCLUDE, names = "STANDS")
    void aBrokerThatIsKilledInAStepBeforeItStoredTheOutcomeFinishes(Step killedIn) {
        Stored stored = new Stored(plan("alice@example.com", PROXIES));

        finishKilledIn(stored, killedIn);
        assertThat(stored.failure).isNull();
        assertThat(center.permissionSetNames()).containsExactly(grant);
        assertThat(center.rolesOf(alice.userId())).hasSize(1);

        stored.down();
        finishKilledIn(stored, killedIn);
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @EnumSource(
            value = Step.class,
            names = {"FIND_USER", "CREATE_SET", "PUT_POLICY", "ASSIGN", "AWAIT_ASSIGNMENT"})
    void aCloseInAnyStepOfTheActivationLeavesNothing(Step closedIn) {
        Stored stored = new Stored(plan("alice@example.com", PROXIES));
        boolean done = false;
        while (!done && stored.step != closedIn) {
            done = store(stored, take(stored));
        }
        // The call of this step is made; the broker is killed, and finds the close when it is back.
        take(stored);

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    @Test
    void theAnswerOfACreationThatWasLostIsNoReasonToFail() {
        aws.cloud().faults().loseAnswers("sso:CreatePermissionSet", 1);

        up();

        assertThat(center.permissionSetNames()).containsExactly(grant);
        assertThat(center.rolesOf(alice.userId())).hasSize(1);
    }

    @Test
    void conflictsAndThrottlingAreGotOver() {
        aws.cloud().faults().conflict("sso:CreateAccountAssignment", 3);
        aws.cloud().faults().throttle("sso:CreatePermissionSet", HOME, 6);
        Stored stored = up();
        aws.cloud().faults().conflict("sso:DeleteAccountAssignment", 3);
        aws.cloud().faults().conflict("sso:DeletePermissionSet", 2);

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    @Test
    void somebodyWhoIsNotInTheIdentityStoreIsToldSo() {
        Stored stored = new Stored(plan("eve@example.com", PROXIES));

        finish(stored);

        assertThat(stored.failure)
                .isEqualTo("IAM Identity Center knows nobody with the e-mail address eve@example.com;"
                        + " add that user to its identity store");
        assertNothingIsLeft();
    }

    @Test
    void anIdentityWithoutMailIsToldSo() {
        Stored stored = new Stored(plan("", PROXIES));

        finish(stored);

        assertThat(stored.failure).contains("no e-mail address");
    }

    @Test
    void anAccountThatIsNotThereFailsWithWhatAwsSays() {
        Stored stored = new Stored(plan("alice@example.com", "999999999999"));

        finish(stored);

        assertThat(stored.failure).startsWith("AWS did not assign the permission set in the account 999999999999: ");
        stored.down();
        finish(stored);
        assertNothingIsLeft();
    }

    @Test
    void aSetOfThatNameThatIsNotOursIsNeitherUsedNorRemoved() {
        Stored other = new Stored(plan("alice@example.com", PROXIES, "another-deployment"));
        finish(other);

        Stored ours = new Stored(plan("alice@example.com", PROXIES));
        finish(ours);

        assertThat(ours.failure).contains("does not carry our tags");
        ours.down();
        finish(ours);
        assertThat(center.rolesOf(alice.userId())).hasSize(1);
    }

    @Test
    void whatIsForbiddenFailsAtOnceOnTheWayUpAndIsTriedAgainOnTheWayDown() {
        aws.cloud().deny("sso:CreateAccountAssignment");
        Stored stored = new Stored(plan("alice@example.com", PROXIES));
        finish(stored);
        assertThat(stored.failure).contains("sso:CreateAccountAssignment", "not authorized");

        aws.cloud().faults().deny("sso:DeletePermissionSet", HOME, Denial.EXPLICIT);
        stored.down();
        for (int i = 0; i < 20; i++) {
            assertThat(store(stored, take(stored))).isFalse();
        }
        aws.cloud().faults().clear();
        finish(stored);
        assertNothingIsLeft();
    }

    @Test
    void aSetThatWasAssignedToOthersByHandIsTakenBackFromThemToo() {
        Stored stored = up();
        StoreUser bob = center.addUser("bob", "Bob", "bob@example.com");
        Stored others = new Stored(stored.plan.withPrincipal(bob.userId()));
        others.step = Step.ASSIGN;
        finish(others);
        assertThat(center.rolesOf(bob.userId())).hasSize(1);

        stored.down();
        finish(stored);

        assertThat(center.rolesOf(bob.userId())).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void whatIsGoneAlreadyCountsAsTakenDown() {
        Stored stored = up();
        Stored other = new Stored(stored.plan);
        other.down();
        finish(other);

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    @Test
    void aPersonWhoWasRemovedMeanwhileIsNoReasonToKeepTheSet() {
        Stored stored = up();
        center.removeUser(alice.userId());

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    @Test
    void theSessionsOfTheGrantsRoleAreEndedAndNoOthers() {
        Stored stored = new Stored(endingSessionsWith("OrganizationAccountAccessRole"));
        finish(stored);
        String role = center.rolesOf(alice.userId()).getFirst().name();
        EcsTask task = new EcsTask(PROXIES, "eu-west-1", "proxies", "0a1b", "0a1b-7", Map.of(), Map.of());
        SessionManager sessions = aws.cloud().sessionManager();
        sessions.addTask(task);
        String theirs = begin(sessions, task, role);
        String anothers = begin(sessions, task, "AWSReservedSSO_gra_another_0123456789abcdef");

        stored.down();
        finish(stored);

        assertThat(sessions.session(theirs).orElseThrow().endedAt()).isPresent();
        assertThat(sessions.session(anothers).orElseThrow().endedAt()).isEmpty();
    }

    private static String begin(SessionManager sessions, EcsTask task, String role) {
        String owner = "arn:aws:sts::" + PROXIES + ":assumed-role/" + role + "/alice";
        return sessions.start("alice", owner, task, "AWS-StartPortForwardingSession", 8080)
                .sessionId();
    }

    @Test
    void sessionsThatMayNotBeEndedHoldNothingUp() {
        Stored stored = new Stored(endingSessionsWith("NoSuchRole"));
        finish(stored);

        stored.down();
        finish(stored);

        assertNothingIsLeft();
    }

    private Plan endingSessionsWith(String role) {
        return new Plan(
                grant,
                centre("prod"),
                "alice@example.com",
                PROXIES,
                "eu-west-1",
                GrantPolicy.of(PLACE, Optional.empty()),
                Duration.ofHours(1),
                role,
                null,
                null,
                null,
                null);
    }

    private Stored up() {
        Stored stored = new Stored(plan("alice@example.com", PROXIES));
        finish(stored);
        assertThat(stored.failure).isNull();
        return stored;
    }

    private void finish(Stored stored) {
        finishKilledIn(stored, Step.STANDS);
    }

    /** Takes step after step; the first time that it is in {@code killedIn}, what came of the step is not stored. */
    private void finishKilledIn(Stored stored, Step killedIn) {
        boolean killed = false;
        List<Step> taken = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            taken.add(stored.step);
            Outcome outcome = take(stored);
            if (stored.step == killedIn && !killed) {
                killed = true;
                continue;
            }
            if (store(stored, outcome)) {
                return;
            }
        }
        throw new AssertionError("no end after " + taken);
    }

    private Outcome take(Stored stored) {
        return steps.take(stored.goal, stored.step, stored.plan, stored.attempts);
    }

    /** True at the end. */
    private static boolean store(Stored stored, Outcome outcome) {
        stored.plan = outcome.plan();
        return switch (outcome) {
            case Outcome.Next next -> {
                stored.step = next.step();
                stored.attempts = 0;
                yield false;
            }
            case Outcome.Again again -> {
                stored.step = again.step();
                stored.attempts++;
                yield false;
            }
            case Outcome.Failed failed -> {
                stored.failure = failed.message();
                yield true;
            }
            case Outcome.Reached reached -> true;
        };
    }

    private void assertNothingIsLeft() {
        assertThat(center.permissionSetNames()).isEmpty();
        assertThat(center.rolesOf(alice.userId())).isEmpty();
    }

    private Plan plan(String email, String account) {
        return plan(email, account, "prod");
    }

    private Plan plan(String email, String account, String deployment) {
        return new Plan(
                grant,
                centre(deployment),
                email,
                account,
                "eu-west-1",
                GrantPolicy.of(PLACE, Optional.empty()),
                Duration.ofHours(2),
                null,
                null,
                null,
                null,
                null);
    }

    private Center centre(String deployment) {
        return new Center(center.instanceArn(), center.identityStoreId(), center.region(), deployment, null, null);
    }
}
