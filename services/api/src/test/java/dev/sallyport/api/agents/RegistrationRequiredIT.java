package dev.sallyport.api.agents;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.api.Neighbours;
import dev.sallyport.api.Records;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.sandbox.oidc.LocalUser;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** As it is in production: a provisioner that nobody registered is not heard. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
@TestProfile(RegistrationRequiredIT.Required.class)
class RegistrationRequiredIT {

    public static final class Required implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return Map.of("sallyport.agents.registration", "required");
        }
    }

    @Test
    void hearsRegisteredProvisionersAndProxiesAndNoStrangers() {
        AgentId stranger = AgentId.next(InstantSource.system());
        AgentId proxy = AgentId.next(InstantSource.system());
        AgentId known = new AgentId(given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN))
                .contentType("application/json")
                .body(Map.of("name", "known"))
                .post("/api/agents")
                .jsonPath()
                .getString("agent.id"));
        beat(stranger, "provisioner");
        beat(proxy, "db-proxy");
        beat(known, "provisioner");

        await().atMost(Duration.ofSeconds(30)).until(() -> online().containsAll(List.of(proxy.value(), known.value())));
        assertThat(online()).doesNotContain(stranger.value());
    }

    private static List<String> online() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN))
                .get("/api/agents?limit=200")
                .jsonPath()
                .getList("items.findAll { it.status == 'online' }.id", String.class);
    }

    private static void beat(AgentId agent, String kind) {
        Instant now = Instant.now();
        Records.send(Event.of(
                EventType.AGENT_HEARTBEAT,
                "/tests",
                agent,
                now,
                new AgentHeartbeat(agent, kind, "tests", "0.1.0", now, "here", List.of(), null)));
    }
}
