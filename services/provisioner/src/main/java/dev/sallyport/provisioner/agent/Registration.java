package dev.sallyport.provisioner.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.kernel.Secret;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Proves to the api that this agent may work: at the start, and again and again, so that a key that is revoked is noticed. It
 * fails closed: until the first proof, and when the last one is too old, no job is taken up. Jobs under way are finished.
 */
@ApplicationScoped
public class Registration {

    private static final Logger LOG = Logger.getLogger(Registration.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final AgentConfig config;
    private final InstantSource clock;
    private final HttpClient http;
    private volatile Standing standing;
    private @Nullable Thread proving;

    Registration(AgentConfig config, InstantSource clock) {
        this.config = config;
        this.clock = clock;
        this.http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        this.standing = config.key().isEmpty()
                ? new Standing.Unregistered()
                : new Standing.Unproven("the api was not asked yet");
    }

    void start(@Observes StartupEvent event) {
        config.key().map(Secret::of).ifPresent(key -> {
            URI self = config.apiUrl()
                    .orElseThrow(
                            () -> new IllegalStateException(
                                    "sallyport.agent.key is set and sallyport.agent.api-url is not: name the api that gave the key"))
                    .resolve("/api/agents/self");
            proving = Thread.ofVirtual().name("agent-registration").start(() -> prove(self, key));
        });
    }

    void stop(@Observes ShutdownEvent event) {
        Thread thread = proving;
        if (thread != null) {
            thread.interrupt();
        }
        http.close();
    }

    /** Whether a job may be taken up now. */
    public boolean mayWork() {
        return standing.mayWork(clock.instant(), config.proofHolds());
    }

    /** What is wrong; empty when nothing is. */
    Optional<String> problem() {
        return Optional.of(standing.problem()).filter(problem -> !problem.isEmpty());
    }

    private void prove(URI self, Secret key) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                become(ask(self, key));
                Thread.sleep(standing.problem().isEmpty() ? config.proofInterval() : AFTER_A_FAILURE);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void become(Standing now) {
        if (!now.problem().equals(standing.problem())) {
            if (now.problem().isEmpty()) {
                LOG.infof("the api knows this agent: %s", config.id());
            } else {
                LOG.warnf("this agent %s: %s", mayWork() ? "has a problem" : "takes up no job", now.problem());
            }
        }
        standing = now;
    }

    private Standing ask(URI self, Secret key) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(self)
                .timeout(TIMEOUT)
                .header("Authorization", "AgentKey " + key.reveal())
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return answered(http.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return standing.unanswered(
                    "the api at " + self + " cannot be reached (" + e.getClass().getSimpleName() + ")");
        }
    }

    private Standing answered(HttpResponse<String> response) throws IOException {
        if (response.statusCode() == 401) {
            return new Standing.Refused(
                    "the api does not know its key; an administrator can give it a new one: POST /api/agents/{id}/key");
        }
        if (response.statusCode() != 200) {
            return standing.unanswered("the api answered " + response.statusCode());
        }
        JsonNode agent = JSON.readTree(response.body());
        String owner = agent.path("id").asText();
        return owner.equals(config.id())
                ? new Standing.Proven(clock.instant(), "")
                : new Standing.Refused("its key is that of " + owner + "; set sallyport.agent.id to it");
    }
}
