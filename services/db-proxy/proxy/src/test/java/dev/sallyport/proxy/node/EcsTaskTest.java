package dev.sallyport.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers of the container agent as Amazon ECS documents them for Fargate. */
class EcsTaskTest {

    private HttpServer agent;
    private volatile int status = 200;
    private volatile String cluster = "main";

    @BeforeEach
    void start() throws IOException {
        agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        agent.createContext("/v4/abc", exchange -> {
            String body = exchange.getRequestURI().getPath().endsWith("/task") ? """
                    {"Cluster": "%s", "TaskARN": "arn:aws:ecs:us-west-2:111122223333:task/main/158d1c8083dd49d6",
                     "Family": "proxy", "Revision": "5"}""".formatted(cluster) : """
                    {"DockerId": "158d1c8083dd49d6-2495160603", "Name": "proxy", "Labels": {}}""";
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        agent.start();
    }

    @AfterEach
    void stop() {
        agent.stop(0);
    }

    private EcsTask asked() {
        return new EcsTask(
                "prod",
                Optional.empty(),
                Optional.of(URI.create("http://127.0.0.1:" + agent.getAddress().getPort() + "/v4/abc")));
    }

    private static AgentHeartbeat.Task task() {
        return new AgentHeartbeat.Task(
                "prod", "111122223333", "us-west-2", "main", "158d1c8083dd49d6", "158d1c8083dd49d6-2495160603");
    }

    @Test
    void isWhatTheContainerAgentSays() {
        assertThat(asked().get()).contains(task());
    }

    @Test
    void takesTheClustersNameOutOfItsArn() {
        cluster = "arn:aws:ecs:us-west-2:111122223333:cluster/main";
        assertThat(asked().get()).contains(task());
    }

    @Test
    void asksAgainUntilTheAgentSaysAndThenNoMore() {
        EcsTask asked = asked();
        status = 500;
        assertThat(asked.get()).isEmpty();
        status = 200;
        assertThat(asked.get()).contains(task());
        agent.stop(0);
        assertThat(asked.get()).contains(task());
    }

    @Test
    void isNoneOutsideOfEcsAndTheConfiguredOneWhereThereIsOne() {
        assertThat(new EcsTask("prod", Optional.empty(), Optional.empty()).get())
                .isEmpty();
        assertThat(new EcsTask("prod", Optional.of(task()), Optional.empty()).get())
                .contains(task());
    }
}
