package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several agents beside each other, and what becomes of one whose key is revoked. The test answers as the api does. */
class AgentsIT {

    /** Of an instance that is not there: a job about it fails as soon as somebody takes it up. */
    private static final RdsArn ABSENT = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:absent");

    private static final String KEY = "agk_canary0000000000000000000000000000000000000";

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static HttpServer api;
    /** The keys that the api knows, and whose they are. */
    private static final Map<String, AgentId> KEYS = new ConcurrentHashMap<>();

    @BeforeAll
    static void start() throws IOException {
        provisioner = new PackagedProvisioner(folder);
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/agents/self", AgentsIT::answer);
        api.start();
        provisioner.set(
                "sallyport.agent.api-url",
                "http://127.0.0.1:" + api.getAddress().getPort());
        provisioner.set("sallyport.agent.proof-interval", "200ms");
    }

    private static void answer(HttpExchange call) throws IOException {
        String said = String.valueOf(call.getRequestHeaders().getFirst("Authorization"));
        AgentId owner = said.startsWith("AgentKey ") ? KEYS.get(said.substring("AgentKey ".length())) : null;
        byte[] body = owner == null ? new byte[0] : ("{\"id\":\"" + owner + "\"}").getBytes(StandardCharsets.UTF_8);
        call.sendResponseHeaders(owner == null ? 401 : 200, body.length == 0 ? -1 : body.length);
        call.getResponseBody().write(body);
        call.close();
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        api.stop(0);
    }

    @BeforeEach
    void listen() {
        provisioner.listen();
        KEYS.clear();
    }

    @AfterEach
    void end() {
        provisioner.kill();
    }

    @Test
    void eachTakesItsOwnJobs() {
        AgentId second = AgentId.next(InstantSource.system());
        provisioner.run();
        provisioner.run(Map.of("sallyport.agent.id", second.value(), "sallyport.agent.network", "vpc-b"));
        JobId first = order(provisioner.agent());
        JobId other = order(second);

        assertThat(provisioner.awaitEnd(first).status().message()).startsWith("preflight: ");
        assertThat(provisioner.awaitEnd(other).status().message()).startsWith("preflight: ");
        assertThat(provisioner.heard()).anyMatch(text -> text.contains("agent.heartbeat") && text.contains("vpc-b"));
    }

    @Test
    void takesUpNoJobUntilItsKeyIsKnownAndNoneOnceItIsRevoked() throws IOException {
        provisioner.run(Map.of("sallyport.agent.key", KEY));
        JobId early = order(provisioner.agent());
        awaitLog("takes up no job: the api does not know its key");
        assertThat(provisioner.views(early)).allSatisfy(AgentsIT::untouched);

        KEYS.put(KEY, provisioner.agent());
        assertThat(provisioner.awaitEnd(early).status().phase()).isEqualTo(Job.Phase.FAILED);

        KEYS.clear();
        await().atMost(Duration.ofSeconds(120)).until(() -> refusals() == 2);
        JobId late = order(provisioner.agent());
        await().atMost(Duration.ofSeconds(120))
                .until(() -> !provisioner.views(late).isEmpty());
        assertThat(provisioner.views(late)).allSatisfy(AgentsIT::untouched);
        assertThat(Files.readString(provisioner.log())).doesNotContain(KEY);
    }

    @Test
    void refusesTheKeyOfAnother() {
        KEYS.put(KEY, AgentId.next(InstantSource.system()));
        provisioner.run(Map.of("sallyport.agent.key", KEY));
        awaitLog("takes up no job: its key is that of agt_");
    }

    private static void untouched(dev.sallyport.contracts.dbroles.JobProgressed view) {
        assertThat(view.steps()).extracting(Job.Step::status).containsOnly(Job.StepStatus.PENDING);
    }

    private static void awaitLog(String text) {
        await().atMost(Duration.ofSeconds(120))
                .until(() -> Files.readString(provisioner.log()).contains(text));
    }

    private static int refusals() throws IOException {
        return Files.readString(provisioner.log()).split("the api does not know its key", -1).length - 1;
    }

    private static JobId order(AgentId agent) {
        JobId job = JobId.next(InstantSource.system());
        ProvisionRequested command = new ProvisionRequested(
                job, "default", agent, "p", List.of(), null, ABSENT, null, null, false, null, "admin", Instant.now());
        provisioner.send(Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), command), agent);
        return job;
    }
}
