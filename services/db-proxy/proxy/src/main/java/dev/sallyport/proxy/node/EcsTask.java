package dev.sallyport.proxy.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The ECS task that this node runs as: configured, or asked of the container agent (Amazon ECS, "Task metadata endpoint version
 * 4"). What the agent does not say is asked again. Confined to one thread.
 */
final class EcsTask {

    private static final Logger LOG = Logger.getLogger(EcsTask.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final String proxyId;
    private final Optional<AgentHeartbeat.Task> configured;
    private final Optional<URI> metadata;
    private Optional<AgentHeartbeat.Task> known = Optional.empty();
    private boolean said;

    /** @param metadata {@code ECS_CONTAINER_METADATA_URI_V4}, where there is one */
    EcsTask(String proxyId, Optional<AgentHeartbeat.Task> configured, Optional<URI> metadata) {
        this.proxyId = proxyId;
        this.configured = configured;
        this.metadata = metadata;
    }

    /** The task; empty outside of ECS, and while the agent does not say. */
    Optional<AgentHeartbeat.Task> get() {
        if (configured.isPresent() || metadata.isEmpty() || known.isPresent()) {
            return configured.or(() -> known);
        }
        // Opened for this once: it is not needed again.
        try (HttpClient http = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .build()) {
            JsonNode container = ask(http, metadata.get());
            JsonNode task = ask(http, URI.create(metadata.get() + "/task"));
            known = Optional.of(task(
                    task.path("TaskARN").asText(),
                    task.path("Cluster").asText(),
                    container.path("DockerId").asText()));
            LOG.infof("this node is the ECS task %s", known.get().taskId());
        } catch (IOException | IllegalArgumentException e) {
            if (!said) {
                said = true;
                LOG.warnf("the ECS agent does not say which task this is, asking again: %s", e.getMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return known;
    }

    private static JsonNode ask(HttpClient http, URI where) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(HttpRequest.newBuilder(where).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("status " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }

    /** {@code arn:aws:ecs:<region>:<account>:task/<cluster>/<task id>}; the cluster may be a name or an ARN. */
    private AgentHeartbeat.Task task(String arn, String cluster, String runtimeId) {
        String[] parts = arn.split(":", 6);
        if (parts.length != 6 || !parts[5].startsWith("task/") || cluster.isEmpty() || runtimeId.isEmpty()) {
            throw new IllegalArgumentException("its answer names no task, cluster or container");
        }
        return new AgentHeartbeat.Task(proxyId, parts[4], parts[3], last(cluster), last(parts[5]), runtimeId);
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
