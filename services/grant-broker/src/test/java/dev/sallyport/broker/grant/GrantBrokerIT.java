package dev.sallyport.broker.grant;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantProgressed.Phase;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.Secret;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = Neighbours.class, restrictToAnnotatedClass = true)
class GrantBrokerIT {

    private static final InstantSource CLOCK = InstantSource.system();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final GrantId grant = GrantId.next(CLOCK);

    @Test
    void isReadyOnceTheStateTopicIsCompacted() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() -> get("/q/health/ready").then().statusCode(200));

        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.GRANTS_STATE);
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", Neighbours.kafka().bootstrapServers()))) {
            Config config = Objects.requireNonNull(
                    admin.describeConfigs(List.of(topic)).all().get().get(topic));
            assertThat(Objects.requireNonNull(config.get("cleanup.policy")).value())
                    .isEqualTo("compact");
        }
        assertThat(get("/q/metrics").asString()).contains("sallyport_grants_live", "sallyport_grants_expiries");
    }

    @Test
    void anActivatedGrantIsAnnouncedToProxiesApiAndPublic() {
        Neighbours.send(activate("direct", Duration.ofHours(1)));

        GrantProgressed active = awaitPhase(Phase.ACTIVE);
        assertThat(Duration.between(active.activatedAt(), active.expiresAt())).isEqualTo(Duration.ofHours(1));
        await().atMost(PATIENCE).untilAsserted(() -> {
            GrantState state =
                    Neighbours.events(EventType.GRANT_STATE, grant.value()).getLast();
            assertThat(state.login()).isEqualTo(grant.value());
            assertThat(state.verifiers()).isNull();
            assertThat(state.expiresAt()).isEqualTo(active.expiresAt());
            assertThat(Neighbours.events(EventType.GRANT_ACTIVATED, grant.value()))
                    .hasSize(1);
        });
    }

    @Test
    void aCommandThatIsDeliveredTwiceActsOnce() {
        Event<GrantActivate> twice = activate("direct", Duration.ofHours(1));
        Neighbours.send(twice);
        Neighbours.send(twice);
        // The same wish in another event.
        Neighbours.send(activate("direct", Duration.ofHours(9)));
        Neighbours.send(close());

        awaitPhase(Phase.CLOSED);
        assertThat(Neighbours.events(EventType.GRANT_ACTIVATED, grant.value())).hasSize(1);
        assertThat(progress().stream().map(GrantProgressed::revision)).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void aNewSecretIsTakenOverAndAnOlderOnePassedOver() {
        LoginVerifiers second = LoginVerifiers.of(Secret.random(32));
        Neighbours.send(activate("direct", Duration.ofHours(1)));
        Neighbours.send(credentials(2, second));
        Neighbours.send(credentials(1, LoginVerifiers.of(Secret.random(32))));
        Neighbours.send(close());

        awaitPhase(Phase.CLOSED);
        assertThat(Neighbours.events(EventType.GRANT_STATE, grant.value())
                        .getLast()
                        .verifiers())
                .isEqualTo(second);
        assertThat(progress().stream().map(GrantProgressed::credentialsVersion)).containsExactly(0, 0, 2, 0, 0);
    }

    @Test
    void aClosedGrantLeavesATombstoneAndSaysWho() {
        Neighbours.send(activate("direct", Duration.ofHours(1)));
        Neighbours.send(close());

        GrantProgressed closed = awaitPhase(Phase.CLOSED);
        assertThat(closed.closeReason()).isEqualTo("revoked");
        assertThat(closed.closedBy()).isEqualTo("bob");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(Neighbours.on(Topics.GRANTS_STATE, grant.value())
                                .getLast()
                                .value())
                        .isNull());
        assertThat(Neighbours.events(EventType.GRANT_CLOSED, grant.value())).hasSize(1);
    }

    @Test
    void aGrantEndsWithinASecondOfItsTime() {
        Neighbours.send(activate("direct", Duration.ofSeconds(2)));

        GrantProgressed closed = awaitPhase(Phase.CLOSED);
        assertThat(closed.closeReason()).isEqualTo("expired");
        assertThat(closed.closedBy()).isNull();
        assertThat(Duration.between(closed.expiresAt(), closed.closedAt()))
                .isBetween(Duration.ZERO, Duration.ofSeconds(1));
    }

    @Test
    void aGrantWhoseTimeRanOutWhileNobodyWasThereEnds() throws SQLException {
        Neighbours.send(activate("direct", Duration.ofHours(1)));
        awaitPhase(Phase.ACTIVE);

        Neighbours.plane()
                .server()
                .execute(
                        "sallyport",
                        "UPDATE broker.grants SET expires_at = now() - interval '1 day' WHERE id = '" + grant.value()
                                + "'");

        assertThat(awaitPhase(Phase.CLOSED).closeReason()).isEqualTo("expired");
    }

    @Test
    void aTransportThatIsNotHereFailsTheGrantAndSaysWhich() {
        Neighbours.send(activate("ssm", Duration.ofHours(1)));

        assertThat(awaitPhase(Phase.FAILED).message())
                .isEqualTo("the transport 'ssm' is not available here; choose one of: direct");
        assertThat(Neighbours.on(Topics.GRANTS_STATE, grant.value())).isEmpty();
    }

    @Test
    void aCloseThatOvertakesItsActivationWins() {
        Neighbours.send(close());
        Neighbours.send(activate("direct", Duration.ofHours(1)));
        awaitPhase(Phase.CLOSED);

        assertThat(Neighbours.on(Topics.GRANTS_STATE, grant.value())).isEmpty();
        assertThat(progress()).hasSize(1);
    }

    @Test
    void whatIsNoCommandBecomesADeadLetterAndTheNextOneIsDone() {
        Neighbours.send(grant.value(), "{\"type\": \"nonsense\"}");
        Neighbours.send(activate("direct", Duration.ofHours(1)));

        awaitPhase(Phase.ACTIVE);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(Neighbours.on(Topics.deadLetters(Topics.GRANTS_COMMANDS), grant.value()))
                                .hasSize(1));
    }

    private GrantProgressed awaitPhase(Phase phase) {
        await().alias(phase + " of " + grant)
                .atMost(PATIENCE)
                .until(() -> !progress().isEmpty() && progress().getLast().phase() == phase);
        return progress().getLast();
    }

    private List<GrantProgressed> progress() {
        return Neighbours.events(EventType.GRANT_PROGRESSED, grant.value());
    }

    private Event<GrantActivate> activate(String transport, Duration duration) {
        GrantTarget target = new GrantTarget(
                RdsDatabaseId.parse("arn:aws:rds:us-west-2:111111111111:db:orders/shop"),
                Engine.POSTGRES,
                "127.0.0.1",
                5432,
                "hoop_ro",
                "hoop_ro",
                new GrantTarget.SecretRef("database", "dbroles/1/us-west-2/orders/hoop_ro", "PASSWORD"));
        return event(
                EventType.GRANT_ACTIVATE,
                new GrantActivate(
                        grant,
                        RequestId.next(CLOCK),
                        new Grantee("alice", "alice", "alice@example.com"),
                        target,
                        transport,
                        null,
                        duration));
    }

    private Event<GrantCredentials> credentials(int version, LoginVerifiers verifiers) {
        return event(EventType.GRANT_CREDENTIALS, new GrantCredentials(grant, version, verifiers));
    }

    private Event<GrantClose> close() {
        return event(EventType.GRANT_CLOSE, new GrantClose(grant, "revoked", "bob", false));
    }

    private <T> Event<T> event(EventType<T> type, T data) {
        return Event.of(type, "/sallyport/test", grant, Instant.now(), data);
    }
}
