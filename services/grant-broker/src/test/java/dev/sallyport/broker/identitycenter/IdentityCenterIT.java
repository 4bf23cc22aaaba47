package dev.sallyport.broker.identitycenter;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.broker.grant.Neighbours;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Grants with the transport {@code ssm}, from the command to the role in the account and back. */
@QuarkusTest
@QuarkusTestResource(value = Neighbours.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = AwsNeighbour.class, restrictToAnnotatedClass = true)
class IdentityCenterIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Orders orders = Orders.next();

    @AfterEach
    void nothingGoesWrongForTheNext() {
        AwsNeighbour.cloud().faults().clear();
        AwsNeighbour.center().stuck(false);
    }

    @Test
    void anActiveGrantHasARoleThatGoesWithIt() {
        Neighbours.send(orders.activate(HOUR));

        awaitPhase(Phase.ACTIVE);
        assertThat(hasRole(orders)).isTrue();

        Neighbours.send(orders.close(false));

        awaitPhase(Phase.CLOSED);
        assertNothingIsLeft(orders);
        assertThat(phases()).containsExactly(Phase.ACTIVATING, Phase.ACTIVE, Phase.CLOSING, Phase.CLOSED);
    }

    @Test
    void theClockBeginsWhenTheRoleIsThereAndItsEndTakesTheRole() {
        Neighbours.send(orders.activate(Duration.ofSeconds(2)));

        GrantProgressed active = awaitPhase(Phase.ACTIVE);
        assertThat(Duration.between(active.activatedAt(), active.expiresAt())).isEqualTo(Duration.ofSeconds(2));

        assertThat(awaitPhase(Phase.CLOSED).closeReason()).isEqualTo("expired");
        assertNothingIsLeft(orders);
    }

    @Test
    void proxiesHearOfTheEndBeforeAwsIsDone() {
        Neighbours.send(orders.activate(HOUR));
        awaitPhase(Phase.ACTIVE);
        AwsNeighbour.center().stuck(true);

        Neighbours.send(orders.close(false));

        await().atMost(PATIENCE)
                .until(() -> Neighbours.on(Topics.GRANTS_STATE, orders.grant().value())
                                .getLast()
                                .value()
                        == null);
        assertThat(phases()).endsWith(Phase.CLOSING);
        AwsNeighbour.center().stuck(false);
        awaitPhase(Phase.CLOSED);
    }

    @Test
    void somebodyUnknownFailsTheGrantAndMayBeActivatedAgain() {
        Neighbours.send(orders.activate("carol@example.com", AwsNeighbour.PROXIES, HOUR));
        assertThat(awaitPhase(Phase.FAILED).message()).contains("carol@example.com");

        AwsNeighbour.center().addUser("carol", "Carol", "carol@example.com");
        Neighbours.send(orders.activate("carol@example.com", AwsNeighbour.PROXIES, HOUR));

        awaitPhase(Phase.ACTIVE);
    }

    @Test
    void anAccountThatIsNotThereFailsTheGrantAndLeavesNothing() {
        Neighbours.send(orders.activate("alice@example.com", "999999999999", HOUR));

        assertThat(awaitPhase(Phase.FAILED).message()).contains("999999999999");
        assertThat(Neighbours.on(Topics.GRANTS_STATE, orders.grant().value())).isEmpty();
        assertNothingIsLeft(orders);
    }

    @Test
    void anAssignmentThatNeverEndsFailsTheGrantInTime() {
        AwsNeighbour.center().stuck(true);
        Neighbours.send(orders.activate(HOUR));

        assertThat(awaitPhase(Phase.FAILED).message())
                .isEqualTo("IAM Identity Center was not done within PT8S; it was at AWAIT_ASSIGNMENT. Try again later");

        AwsNeighbour.center().stuck(false);
        assertNothingIsLeft(orders);
    }

    @Test
    void aCloseDuringTheActivationWins() {
        AwsNeighbour.center().stuck(true);
        Neighbours.send(orders.activate(HOUR));
        await().atMost(PATIENCE)
                .until(() -> AwsNeighbour.center()
                        .permissionSetNames()
                        .contains(orders.grant().value()));

        Neighbours.send(orders.close(false));
        AwsNeighbour.center().stuck(false);

        awaitPhase(Phase.CLOSED);
        assertThat(phases()).doesNotContain(Phase.ACTIVE);
        assertNothingIsLeft(orders);
    }

    @Test
    void manyGrantsInOneAccountTakeTheirTurns() {
        List<Orders> many = Stream.generate(Orders::next).limit(6).toList();

        many.forEach(one -> Neighbours.send(one.activate(HOUR)));

        many.forEach(one -> awaitPhase(one, Phase.ACTIVE));
        many.forEach(one -> Neighbours.send(one.close(false)));
        many.forEach(one -> awaitPhase(one, Phase.CLOSED));
        many.forEach(IdentityCenterIT::assertNothingIsLeft);
    }

    @Test
    void theGaugeOfTheQueueTellsHowManyAreUnderWay() {
        List<Orders> many = Stream.generate(Orders::next).limit(5).toList();
        awaitQueue(0);
        AwsNeighbour.center().stuck(true);

        many.forEach(one -> Neighbours.send(one.activate(HOUR)));

        // The one that is stuck, and those that wait for their turn in the account.
        awaitQueue(many.size());
        AwsNeighbour.center().stuck(false);
        many.forEach(one -> Neighbours.send(one.close(false)));
        awaitQueue(0);
        many.forEach(IdentityCenterIT::assertNothingIsLeft);
    }

    @Test
    void conflictsThrottlingAndLostAnswersAreGotOver() {
        AwsNeighbour.cloud().faults().conflict("sso:CreateAccountAssignment", 2);
        AwsNeighbour.cloud().faults().loseAnswers("sso:CreatePermissionSet", 1);
        AwsNeighbour.cloud().faults().throttle("sso:PutInlinePolicyToPermissionSet", AwsNeighbour.HOME, 2);
        Neighbours.send(orders.activate(HOUR));
        awaitPhase(Phase.ACTIVE);
        AwsNeighbour.cloud().faults().conflict("sso:DeleteAccountAssignment", 2);

        Neighbours.send(orders.close(false));

        awaitPhase(Phase.CLOSED);
        assertNothingIsLeft(orders);
    }

    @Test
    void aForcedCloseWaitsForNobodyAndWhatItLeavesIsClearedAway() {
        Neighbours.send(orders.activate(HOUR));
        awaitPhase(Phase.ACTIVE);
        AwsNeighbour.cloud().deny("sso:DeleteAccountAssignment");
        Neighbours.send(orders.close(false));
        awaitPhase(Phase.CLOSING);

        Neighbours.send(orders.close(true));

        assertThat(awaitPhase(Phase.CLOSED).closedBy()).isEqualTo("bob");
        assertThat(AwsNeighbour.center().permissionSetNames())
                .contains(orders.grant().value());
        AwsNeighbour.cloud().allow("sso:DeleteAccountAssignment");
        assertNothingIsLeft(orders);
        assertThat(get("/q/metrics").asString()).contains("sallyport_provisioning_orphans_total");
    }

    @Test
    void aGrantIsExtendedOnceForEachNumber() {
        Neighbours.send(orders.activate(HOUR));
        GrantProgressed before = awaitPhase(Phase.ACTIVE);

        Neighbours.send(orders.extend(1, HOUR));
        Neighbours.send(orders.extend(1, HOUR));
        Neighbours.send(orders.extend(2, HOUR));

        await().atMost(PATIENCE)
                .until(() -> Neighbours.events(
                                        EventType.GRANT_EXTENDED, orders.grant().value())
                                .size()
                        == 2);
        GrantProgressed after = progress(orders).getLast();
        assertThat(after.expiresAt())
                .isEqualTo(Objects.requireNonNull(before.expiresAt()).plus(HOUR.multipliedBy(2)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Neighbours.events(
                                        EventType.GRANT_STATE, orders.grant().value())
                                .getLast()
                                .expiresAt())
                        .isEqualTo(after.expiresAt()));
    }

    @Test
    void saysInItsHealthThatItIsConfigured() {
        String health = get("/q/health/ready").asString();

        assertThat(health).contains("IAM Identity Center", "\"configured\": true");
    }

    private static void awaitQueue(int grants) {
        await().alias("the gauge of the queue")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("/q/metrics").asString().lines())
                        .filteredOn(line -> line.startsWith("sallyport_provisioning_queue"))
                        .singleElement()
                        .asString()
                        .endsWith(" " + grants + ".0"));
    }

    private static boolean hasRole(Orders orders) {
        return AwsNeighbour.center()
                .assumable(
                        AwsNeighbour.PROXIES,
                        orders.grant().value(),
                        AwsNeighbour.alice().userId())
                .isPresent();
    }

    private static void assertNothingIsLeft(Orders orders) {
        await().alias("nothing is left of " + orders.grant())
                .atMost(PATIENCE)
                .until(() -> !hasRole(orders)
                        && !AwsNeighbour.center()
                                .permissionSetNames()
                                .contains(orders.grant().value()));
    }

    private GrantProgressed awaitPhase(Phase phase) {
        return awaitPhase(orders, phase);
    }

    private static GrantProgressed awaitPhase(Orders orders, Phase phase) {
        await().alias(phase + " of " + orders.grant())
                .atMost(PATIENCE)
                .until(() -> !progress(orders).isEmpty()
                        && progress(orders).getLast().phase() == phase);
        return progress(orders).getLast();
    }

    private List<Phase> phases() {
        return progress(orders).stream().map(GrantProgressed::phase).toList();
    }

    private static List<GrantProgressed> progress(Orders orders) {
        return Neighbours.events(EventType.GRANT_PROGRESSED, orders.grant().value());
    }
}
