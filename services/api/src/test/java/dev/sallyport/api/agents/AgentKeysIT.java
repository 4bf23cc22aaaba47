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
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of agents, from the registration to the revocation. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class AgentKeysIT {

    @Test
    void registersAnAgentThatIsNeverSeenUntilItBeats() throws IOException {
        Response registered = register("eu-1");
        String id = registered.jsonPath().getString("agent.id");
        String key = registered.jsonPath().getString("key");
        assertThat(registered.statusCode()).isEqualTo(201);
        assertThat(registered.jsonPath().getString("agent.network")).isEqualTo("vpc-eu-1");
        assertThat(status(id)).isEqualTo("never_seen");

        Response self = self("AgentKey " + key);
        assertThat(self.statusCode()).isEqualTo(200);
        assertThat(self.jsonPath().getString("id")).isEqualTo(id);
        beat(id);
        awaitStatus(id, "online");
        assertThat(Files.readString(Neighbours.LOG)).doesNotContain(key);
        assertThat(admin().get("/api/agents?limit=200").asString()).doesNotContain(key);
    }

    @Test
    void refusesTheOldKeyOnceThereIsANewOne() {
        Response registered = register("eu-2");
        String id = registered.jsonPath().getString("agent.id");
        Response renewed = admin().post("/api/agents/" + id + "/key");
        assertThat(renewed.statusCode()).isEqualTo(200);

        assertThat(self("AgentKey " + registered.jsonPath().getString("key")).statusCode())
                .isEqualTo(401);
        assertThat(self("AgentKey " + renewed.jsonPath().getString("key")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void hearsNoMoreOfARevokedAgentUntilItHasANewKey() {
        Response registered = register("eu-3");
        String id = registered.jsonPath().getString("agent.id");
        beat(id);
        awaitStatus(id, "online");

        assertThat(admin().delete("/api/agents/" + id + "/key").statusCode()).isEqualTo(204);
        assertThat(admin().delete("/api/agents/" + id + "/key").statusCode()).isEqualTo(204);
        assertThat(status(id)).isEqualTo("revoked");
        assertThat(self("AgentKey " + registered.jsonPath().getString("key")).statusCode())
                .isEqualTo(401);
        beat(id);
        String witness = register("witness").jsonPath().getString("agent.id");
        beat(witness);
        awaitStatus(witness, "online");
        assertThat(status(id)).isEqualTo("revoked");
        assertThat(order(id).statusCode()).isEqualTo(409);

        admin().post("/api/agents/" + id + "/key");
        beat(id);
        awaitStatus(id, "online");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AgentKey",
                "AgentKey agk_short",
                "Bearer agk_0000000000000000000000000000000000000000000",
                "AgentKey agk_0000000000000000000000000000000000000000000"
            })
    void refusesWhatIsNobodysKey(String authorization) {
        Response self = self(authorization);
        assertThat(self.statusCode()).isEqualTo(401);
        assertThat(self.contentType()).startsWith("application/problem+json");
        assertThat(self.jsonPath().getString("code")).isEqualTo("unauthenticated");
    }

    @Test
    void namesWhatIsWrongWithARegistration() {
        Response nameless = admin().contentType("application/json").body("{}").post("/api/agents");
        assertThat(nameless.statusCode()).isEqualTo(400);
        assertThat(nameless.jsonPath().getString("message")).startsWith("'name' is");
        Response unknown = admin().post("/api/agents/" + AgentId.next(Instant::now) + "/key");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(admin().delete("/api/agents/agt_x/key").statusCode()).isEqualTo(404);
    }

    private static Response order(String agent) {
        String instance = "i" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);
        return admin().contentType("application/json")
                .body(Map.of(
                        "agent_id",
                        agent,
                        "connection_prefix_name",
                        "p-" + instance,
                        "aws",
                        Map.of("instance_arn", "arn:aws:rds:us-west-2:111111111111:db:" + instance)))
                .post("/api/dbroles/jobs");
    }

    private static Response register(String name) {
        return admin().contentType("application/json")
                .body(Map.of("name", name, "network", "vpc-" + name))
                .post("/api/agents");
    }

    private static Response self(String authorization) {
        return given().header("Authorization", authorization).post("/api/agents/self");
    }

    private static void beat(String id) {
        AgentId agent = new AgentId(id);
        Instant now = Instant.now();
        Records.send(Event.of(
                EventType.AGENT_HEARTBEAT,
                "/tests",
                agent,
                now,
                new AgentHeartbeat(agent, "provisioner", "tests", "0.1.0", now, "here", List.of(), null)));
    }

    private static void awaitStatus(String id, String status) {
        await().atMost(Duration.ofSeconds(30)).until(() -> status(id).equals(status));
    }

    private static String status(String id) {
        return admin().get("/api/agents?limit=200").jsonPath().getString("items.find { it.id == '" + id + "' }.status");
    }

    private static RequestSpecification admin() {
        return given().header("Authorization", Neighbours.bearer(LocalUser.ADMIN));
    }
}
