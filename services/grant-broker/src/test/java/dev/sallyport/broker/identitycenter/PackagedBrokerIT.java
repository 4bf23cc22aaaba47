package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped, killed with {@code kill -9} wherever it hurts. */
class PackagedBrokerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final int LIVE = 10_000;

    @TempDir
    private static Path folder;

    private BrokerSite site;
    private PackagedBroker broker;

    @BeforeEach
    void start() throws IOException {
        site = new BrokerSite(folder.resolve(Long.toString(System.nanoTime())));
        broker = site.launch();
    }

    @AfterEach
    void stop() throws InterruptedException {
        site.close();
    }

    @Test
    void aBrokerThatIsKilledAfterEachCallToAwsBringsAGrantUpAndDownAllTheSame() throws Exception {
        Orders orders = Orders.next();
        site.aws().cloud().identityCenter().provisioningTime(Duration.ofSeconds(1));
        site.send(List.of(orders.activate(Duration.ofHours(1))));
        killAfter("identitystore:GetUserId");
        killAfter("sso:CreatePermissionSet");
        killAfter("sso:PutInlinePolicyToPermissionSet");
        killAfter("sso:CreateAccountAssignment");
        killAfter("sso:DescribeAccountAssignmentCreationStatus");

        awaitPhase(orders, "ACTIVE");
        assertThat(site.aws().cloud().identityCenter().permissionSetNames())
                .containsExactly(orders.grant().value());
        assertThat(site.aws().cloud().identityCenter().rolesOf(site.alice().userId()))
                .hasSize(1);

        site.aws().traffic().reset();
        site.send(List.of(orders.close(false)));
        killAfter("sso:DeleteAccountAssignment");
        killAfter("sso:DescribeAccountAssignmentDeletionStatus");
        killAfter("sso:DeletePermissionSet");

        awaitPhase(orders, "CLOSED");
        assertThat(site.aws().cloud().identityCenter().permissionSetNames()).isEmpty();
        assertThat(site.aws().cloud().identityCenter().rolesOf(site.alice().userId()))
                .isEmpty();
    }

    /** How late each ends is measured, not asserted: docs/performance.md has what was seen. */
    @Test
    void tenThousandLiveGrantsEndOnceEachInTheirOrderThoughTheBrokerIsKilledMeanwhile() throws Exception {
        site.awaitMigrated();
        site.insertLiveGrants(LIVE, Instant.now().plusSeconds(15), Duration.ofSeconds(40));
        await().atMost(PATIENCE).until(() -> site.closed() > LIVE / 4);
        kill();

        await().atMost(Duration.ofSeconds(240)).until(() -> site.closed() == LIVE);

        assertThat(site.number("SELECT count(*) FROM broker.grants WHERE phase = 'CLOSED' AND revision = 4"))
                .isEqualTo(LIVE);
        assertThat(site.number("SELECT count(*) FROM broker.grants WHERE closed_at < expires_at"))
                .isZero();
        assertThat(site.number("""
                        SELECT count(*) FROM (
                          SELECT closed_at, lag(closed_at) OVER (ORDER BY expires_at) AS before FROM broker.grants) g
                        WHERE closed_at < before""")).isZero();
        Told.assertEnded(site, LIVE, "10,000 grants in 40 s, the broker killed in between");
    }

    /** The same for all at one moment. */
    @Test
    void tenThousandGrantsThatEndAtOneMomentEndOnceEach() throws Exception {
        site.awaitMigrated();
        site.insertLiveGrants(LIVE, Instant.now().plusSeconds(15), Duration.ofMillis(1));

        await().atMost(Duration.ofSeconds(240)).until(() -> site.closed() == LIVE);

        Told.assertEnded(site, LIVE, "10,000 grants at one moment");
    }

    private void killAfter(String action) throws Exception {
        await().alias("a call of " + action)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> site.aws().traffic().calls().containsKey(action));
        kill();
    }

    private void kill() throws InterruptedException {
        broker.kill();
        broker = site.launch();
    }

    private void awaitPhase(Orders orders, String phase) {
        await().atMost(PATIENCE)
                .until(() -> site.number("SELECT count(*) FROM broker.grants WHERE phase = '" + phase + "' AND id = '"
                                + orders.grant().value() + "'")
                        == 1);
    }
}
