package dev.sallyport.proxy.node;

import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The application as it is started, with a real broker. */
@QuarkusTest
@QuarkusTestResource(Neighbours.class)
class ProxyNodeIT {

    @Inject
    ProxyNode node;

    @Inject
    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    @Test
    void getsReadyAndSaysWhereItListensInItsHeartbeat() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get("/q/health/ready").statusCode() == 200);

        List<AgentHeartbeat> beats = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers", bootstrapServers,
                        "group.id", "test",
                        "auto.offset.reset", "earliest",
                        "metadata.max.age.ms", "500"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(Topics.AGENTS_HEARTBEATS));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> beats.add(EventJson.read(EventType.AGENT_HEARTBEAT, record.value())
                                .data()));
                return beats.stream().anyMatch(beat -> beat.listeners().size() == 2);
            });
        }

        AgentHeartbeat last = beats.getLast();
        assertThat(last.kind()).isEqualTo("db-proxy");
        assertThat(last.listeners())
                .extracting(AgentHeartbeat.Listener::protocol)
                .containsExactlyInAnyOrder("postgres", "mysql");
        assertThat(last.listeners())
                .allSatisfy(one -> assertThat(node.portOf(one.protocol())).contains(one.port()));
    }

    @Test
    void isAliveAndShowsItsFigures() {
        assertThat(get("/q/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/q/health/started").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(get("/q/metrics").asString())
                        .contains("sallyport_proxy_journal_backlog_bytes")
                        .contains("sallyport_proxy_auth_failures_total")
                        .contains("cause=\"wrong_secret\"")
                        .contains("cause=\"grant_expired\""));
    }
}
