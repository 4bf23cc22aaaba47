package dev.sallyport.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.e2e.LocalStack.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** From an empty folder to a revoked grant, by the command that the README names. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoryE2E {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path home;

    private static LocalStack stack;

    @BeforeAll
    static void play() {
        stack = new LocalStack(home);
    }

    @AfterAll
    static void stop() {
        stack.sally("down");
    }

    @Test
    @Order(1)
    void theStoryHoldsFromAnEmptyFolderOn() {
        Ended demo = stack.sally("demo");
        assertThat(demo.exitCode()).as(demo.output()).isZero();
        assertThat(demo.output()).contains("The story holds:", "signature verified", "a new one is refused");
    }

    @Test
    @Order(2)
    void everyPartIsReadyAndKnownByAddressPidAndLog() {
        JsonNode status = stack.status();
        assertThat(StreamSupport.stream(status.path("parts").spliterator(), false))
                .hasSize(10)
                .allSatisfy(part -> {
                    assertThat(part.path("state").asText())
                            .as(part.path("name").asText())
                            .isEqualTo("ready");
                    assertThat(ProcessHandle.of(part.path("pid").asLong())).isPresent();
                    assertThat(Path.of(part.path("log").asText())).exists();
                });
        assertThat(status.path("targets")).hasSize(2);
    }

    @Test
    @Order(3)
    void anApproverDecidesInTheConsoleAndAnAuditorSeesTheStatementLive() throws Exception {
        assumeTrue(Console.browser().isPresent(), "no chromium here: apt-get install chromium");
        JsonNode status = stack.status();
        String target = status.path("targets").path(0).path("arn").asText() + "/billing";
        Caller engineer = new Caller(
                status.path("api_url").asText(),
                stack.sally("token", "engineer").output().strip());
        engineer.post("/api/access/ensure", """
                {"entitlements": [{"target": "%s", "role": "hoop_rw"}], "reason": "a <b>bold</b> reason"}""".formatted(target));

        try (Console approver = Console.open(status, "approver");
                Console auditor = Console.open(status, "auditor")) {
            approver.approve("a <b>bold</b> reason");
            JsonNode grant = engineer.awaitActiveGrant(target);
            engineer.query(status, grant, "SELECT 'seen live'");
            auditor.awaitLiveStatement("SELECT 'seen live'");
        }
    }

    @Test
    @Order(4)
    void noSecretIsInALogATopicOrTheApi() throws IOException {
        Canaries canaries = Canaries.of(home);
        assertThat(canaries.count()).isGreaterThan(15);
        assertThat(canaries.inFilesBelow(home, file -> file.endsWith("log"))).isEmpty();
        assertThat(canaries.inTopics(stack.status().path("kafka").asText())).isEmpty();
        String admin = stack.sally("token", "admin").output().strip();
        for (String path :
                new String[] {"/api/dbroles/jobs", "/api/connections", "/api/agents", "/api/access/grants"}) {
            assertThat(canaries.in(new Caller(stack.status().path("api_url").asText(), admin).get(path)))
                    .as(path)
                    .isEmpty();
        }
        assertThat(canaries.in(Files.readString(home.resolve("run/state.json"))))
                .isEmpty();
    }

    @Test
    @Order(5)
    void aSecondUpLeavesWhatRunsAlone() {
        long api = stack.pid("api");
        assertThat(stack.sally("up").exitCode()).isZero();
        assertThat(stack.pid("api")).isEqualTo(api);
    }

    @Test
    @Order(6)
    void aServiceThatIsStoppingWhenUpMeetsItIsStartedAfresh() {
        long stopping = stack.pid("api");
        ProcessHandle.of(stopping).orElseThrow().destroy();
        assertThat(stack.sally("up").exitCode()).isZero();
        assertThat(stack.pid("api")).isNotEqualTo(stopping);
        assertThat(stack.sally("status").exitCode()).isZero();
    }

    @Test
    @Order(7)
    void aServiceThatWasKilledIsStartedAgainAndSaidToBeStoppedUntilThen() throws IOException {
        ProcessHandle.of(stack.pid("notifier")).orElseThrow().destroyForcibly();
        org.awaitility.Awaitility.await().until(() -> stack.sally("status").exitCode() == 3);
        assertThat(stack.sally("up").exitCode()).isZero();
        assertThat(stack.sally("status").exitCode()).isZero();
        String auditor = stack.sally("token", "auditor").output().strip();
        JsonNode sessions = new Caller(stack.status().path("api_url").asText(), auditor).json("/api/audit/sessions");
        assertThat(sessions.path("items").size()).isGreaterThanOrEqualTo(2);
    }

    @Test
    @Order(8)
    void aTunnelLeadsToEachDatabaseUntilItsGrantEnds() throws Exception {
        JsonNode status = stack.status();
        Caller auditor = new Caller(
                status.path("api_url").asText(),
                stack.sally("token", "auditor").output().strip());
        for (JsonNode database : status.path("targets")) {
            String engine = database.path("engine").asText();
            try (Tunnelled tunnel = Tunnelled.open(stack, database.path("arn").asText() + "/shop")) {
                String sql = "SELECT 'through the tunnel to " + engine + "'";
                assertThat(tunnel.query(sql)).isEqualTo("through the tunnel to " + engine);
                tunnel.awaitRecord(auditor, sql);
                tunnel.closeGrant();
            }
        }
    }

    @Test
    @Order(9)
    void aTunnelOutlivesItsProxyAndStaysTheSameForTheRecord() throws Exception {
        JsonNode status = stack.status();
        Caller auditor = new Caller(
                status.path("api_url").asText(),
                stack.sally("token", "auditor").output().strip());
        String arn = status.path("targets").path(0).path("arn").asText();
        try (Tunnelled tunnel = Tunnelled.open(stack, arn + "/billing")) {
            tunnel.query("SELECT 'before'");
            ProcessHandle.of(stack.pid("db-proxy")).orElseThrow().destroyForcibly();
            assertThat(stack.sally("up").exitCode()).isZero();
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(60))
                    .until(() -> tunnel.times() == 2);
            tunnel.query("SELECT 'after'");

            tunnel.awaitRecord(auditor, "SELECT 'before'");
            tunnel.awaitRecord(auditor, "SELECT 'after'");
        }
    }

    @Test
    @Order(10)
    void aMessageInTheChatLeadsThroughTheLoginToTheRequestWhereAnApproverDecides() throws Exception {
        assumeTrue(Console.browser().isPresent(), "no chromium here: apt-get install chromium");
        JsonNode status = stack.status();
        Chat chat = new Chat(status);
        String target = status.path("targets").path(1).path("arn").asText() + "/billing";
        String reason = "<!channel> <https://evil.example|Review> & more";
        Caller engineer = new Caller(
                status.path("api_url").asText(),
                stack.sally("token", "engineer").output().strip());
        String request = engineer.post("/api/access/ensure", """
                {"entitlements": [{"target": "%s", "role": "hoop_ddl"}], "reason": "%s"}""".formatted(target, reason))
                .path("items")
                .path(0)
                .path("request_id")
                .asText();

        String asked = chat.await(request);
        String link = Chat.link(asked);
        assertThat(asked)
                .startsWith("*engineer* asks for *hoop_ddl* in ")
                .contains("&lt;!channel&gt; &lt;https://evil.example|Review&gt; &amp; more");
        assertThat(link).isEqualTo(status.path("console_url").asText() + "/requests/" + request);
        try (Console own = Console.follow(link, status, "engineer");
                Console approver = Console.follow(link, status, "approver")) {
            own.mayNotDecideHere(reason);
            approver.approveHere("go ahead");
        }
        engineer.awaitActiveGrant(target);
        assertThat(chat.await("approved *engineer* the role *hoop_ddl*"))
                .startsWith("*approver* approved")
                .contains(": go ahead – <" + link + "|");
        chat.await("The grant of *engineer* for *hoop_ddl* in ");
    }
}
