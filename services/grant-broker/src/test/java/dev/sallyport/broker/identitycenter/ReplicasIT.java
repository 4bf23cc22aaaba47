package dev.sallyport.broker.identitycenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.EventType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two packaged brokers with one database and one Kafka: each thing is done once, and by the other when one is killed. */
class ReplicasIT {

    private static final Duration PATIENCE = Duration.ofSeconds(240);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private static Path folder;

    private BrokerSite site;
    private PackagedBroker first;
    private PackagedBroker second;

    @BeforeEach
    void start() throws IOException {
        site = new BrokerSite(folder.resolve(Long.toString(System.nanoTime())));
        // Longer than a loaded machine lets a live broker wait for its turn: nobody takes over from the living.
        site.set("sallyport.identity-center.lease", "15s");
        site.set("sallyport.identity-center.orphan-age", "10m");
        first = site.launch();
        second = site.launch();
        awaitReady(first);
        awaitReady(second);
    }

    @AfterEach
    void stop() throws InterruptedException {
        site.close();
    }

    @Test
    void endEachGrantOnceThoughOneIsKilledMeanwhile() throws Exception {
        int grants = 10_000;
        site.insertLiveGrants(grants, Instant.now().plusSeconds(5), Duration.ofSeconds(30));
        await().atMost(PATIENCE).until(() -> expiries(first) > 0 && expiries(second) > 0 && site.closed() > grants / 4);
        first.kill();

        await().atMost(PATIENCE.multipliedBy(2)).until(() -> site.closed() == grants);

        assertThat(site.number("SELECT count(*) FROM broker.grants WHERE revision = 4 AND closed_at >= expires_at"))
                .isEqualTo(grants);
        Told.assertEnded(site, grants, "10,000 grants in 30 s, one of two brokers killed in between");
    }

    @Test
    void takeEachStepOnceAndShareThem() throws Exception {
        List<Orders> many = Stream.generate(Orders::next).limit(24).toList();

        site.send(many.stream().map(one -> one.activate(HOUR)).toList());
        awaitPhase("ACTIVE", many.size());

        assertThat(site.aws().traffic().calls())
                .containsEntry("identitystore:GetUserId", many.size())
                .containsEntry("sso:CreatePermissionSet", many.size())
                .containsEntry("sso:PutInlinePolicyToPermissionSet", many.size())
                .containsEntry("sso:CreateAccountAssignment", many.size());

        site.send(many.stream().map(one -> one.close(false)).toList());
        awaitPhase("CLOSED", many.size());

        assertThat(site.aws().traffic().calls())
                .containsEntry("sso:DeleteAccountAssignment", many.size())
                .containsEntry("sso:DeletePermissionSet", many.size());
        assertNothingIsLeft();
        Told told = Told.ofEnds(site.bootstrapServers(), many.size());
        told.assertRevisions(1L, 2L, 3L, 4L);
        told.assertPublished(EventType.GRANT_ACTIVATED, EventType.GRANT_CLOSED);
    }

    @Test
    void goOnWithTheCommandsAndStepsOfOneThatIsKilled() throws Exception {
        List<Orders> many = Stream.generate(Orders::next).limit(24).toList();

        site.send(many.stream().map(one -> one.activate(HOUR)).toList());
        await().atMost(PATIENCE).until(() -> inPhase("ACTIVE") > 2);
        first.kill();

        awaitPhase("ACTIVE", many.size());
        assertThat(site.aws().cloud().identityCenter().rolesOf(site.alice().userId()))
                .hasSize(many.size());

        PackagedBroker third = site.launch();
        awaitReady(third);
        site.send(many.stream().map(one -> one.close(false)).toList());
        await().atMost(PATIENCE).until(() -> inPhase("CLOSED") > 2);
        second.kill();

        awaitPhase("CLOSED", many.size());
        assertNothingIsLeft();
        Told told = Told.ofEnds(site.bootstrapServers(), many.size());
        told.assertRevisions(1L, 2L, 3L, 4L);
        told.assertPublished(EventType.GRANT_ACTIVATED, EventType.GRANT_CLOSED);
    }

    private void assertNothingIsLeft() {
        assertThat(site.aws().cloud().identityCenter().permissionSetNames()).isEmpty();
        assertThat(site.aws().cloud().identityCenter().rolesOf(site.alice().userId()))
                .isEmpty();
    }

    private static double expiries(PackagedBroker broker) {
        return broker.metric("sallyport_grants_expiries_total").orElse(0.0);
    }

    private static void awaitReady(PackagedBroker broker) {
        await().atMost(PATIENCE).until(broker::ready);
    }

    private void awaitPhase(String phase, int grants) {
        await().alias(grants + " grants " + phase).atMost(PATIENCE).until(() -> inPhase(phase) == grants);
    }

    private long inPhase(String phase) throws Exception {
        return site.number("SELECT count(*) FROM broker.grants WHERE phase = '" + phase + "'");
    }
}
