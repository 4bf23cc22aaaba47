package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.access.AccessDecided;
import dev.sallyport.contracts.access.AccessRequested;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.chat.ChatStandIn;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.FreePort;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped tells a chat about access. */
class PackagedChatIT {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final RdsDatabaseId TARGET =
            RdsDatabaseId.parse("arn:aws:rds:us-west-2:111122223333:db:orders/shop");
    private static final Grantee ENGINEER = new Grantee("sub-1", "engineer", "engineer@example.com");
    private static final Grantee APPROVER = new Grantee("sub-2", "approver", "approver@example.com");
    private static final Secret TOKEN = Secret.random(24);

    @TempDir
    private static Path folder;

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final RequestId request = RequestId.next(InstantSource.system());

    /** Asked while the chat has too much of us and then loses us to a kill: told all the same, in order, and never is the URL. */
    @Test
    void tellsOfARequestWithItsLinkAndOfItsApproval() throws Exception {
        try (ControlPlane plane = ControlPlane.forTests(folder.resolve("pg"));
                KafkaBroker broker = KafkaBroker.in(folder.resolve("kafka")).start();
                ChatStandIn chat = new ChatStandIn(0, TOKEN);
                HttpClient http = HttpClient.newHttpClient();
                KafkaProducer<String, String> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers()),
                        new StringSerializer(),
                        new StringSerializer())) {
            int port = FreePort.any();
            Map<String, String> settings = Packaged.settings(plane, broker, port);
            settings.put("sallyport.chat.url", chat.webhook().reveal());
            settings.put("sallyport.chat.console-url", "http://localhost:8009/console");
            settings.put("sallyport.webhooks.first-pause", "1s");
            chat.limitNext(1, 1);

            Process first = Packaged.launch(settings, folder.resolve("first.log"));
            try {
                send(producer, asked(false));
                await().atMost(LONG).until(() -> chat.messages().size() == 1);
                chat.answerNext(1_000, 503, "");
                send(producer, approved());
                send(producer, asked(true));
                await().atMost(LONG)
                        .until(() -> Packaged.body(http, port, "/q/metrics")
                                .contains(
                                        "sallyport_webhooks_deliveries_total{endpoint=\"chat\",outcome=\"failed\"} "));
                assertThat(Packaged.body(http, port, "/q/metrics")).doesNotContain(TOKEN.reveal());
            } finally {
                first.destroyForcibly().waitFor();
            }
            chat.answerAsUsual();
            Process second = Packaged.launch(settings, folder.resolve("second.log"));
            try {
                await().atMost(LONG).until(() -> texts(chat).stream().anyMatch(text -> text.contains("approved")));
            } finally {
                second.destroy();
                second.waitFor();
            }
            assertThat(texts(chat))
                    .satisfiesExactly(
                            asked -> assertThat(asked)
                                    .isEqualTo("*engineer* asks for *hoop_ro* in *orders/shop* for 30 min: "
                                            + "&lt;!channel&gt; please – <http://localhost:8009/console/requests/"
                                            + request
                                            + "|Review: approve or deny>"),
                            approved -> assertThat(approved)
                                    .startsWith("*approver* approved *engineer* the role *hoop_ro* in *orders/shop*"));
            for (String log : List.of("first.log", "second.log")) {
                assertThat(Files.readString(folder.resolve(log))).doesNotContain(TOKEN.reveal());
            }
            assertThat(Files.readString(folder.resolve("first.log"))).contains("the chat answered with 503");
        }
    }

    @Test
    void doesNotStartWithAWrongUrlAndSaysWhichKeyWithoutIt() throws Exception {
        try (ControlPlane plane = ControlPlane.forTests(folder.resolve("pg2"));
                KafkaBroker broker = KafkaBroker.in(folder.resolve("kafka2")).start()) {
            Map<String, String> settings = Packaged.settings(plane, broker, FreePort.any());
            settings.put("sallyport.chat.url", "ftp://hooks.example.com/" + TOKEN.reveal());
            Path log = folder.resolve("refused.log");
            Process refused = Packaged.launch(settings, log);
            try {
                assertThat(refused.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                refused.destroyForcibly();
            }
            assertThat(refused.exitValue()).isNotZero();
            assertThat(Files.readString(log))
                    .contains("sallyport.chat.url is not the URL of an incoming webhook")
                    .doesNotContain(TOKEN.reveal());
        }
    }

    private Event<AccessRequested> asked(boolean unattended) {
        return Event.of(
                EventType.ACCESS_REQUESTED,
                "/test",
                request,
                now,
                new AccessRequested(
                        request,
                        ENGINEER,
                        TARGET,
                        "hoop_ro",
                        Duration.ofMinutes(30),
                        "<!channel> please",
                        "",
                        "default",
                        unattended,
                        now));
    }

    private Event<AccessDecided> approved() {
        GrantId grant = GrantId.next(InstantSource.system());
        return Event.of(
                EventType.ACCESS_APPROVED,
                "/test",
                request,
                now,
                new AccessDecided(request, grant, ENGINEER, APPROVER, TARGET, "hoop_ro", "", now));
    }

    private static void send(KafkaProducer<String, String> producer, Event<?> event) {
        producer.send(new ProducerRecord<>(Topics.EVENTS, event.subject(), EventJson.write(event)));
        producer.flush();
    }

    private static List<String> texts(ChatStandIn chat) {
        return chat.messages().stream()
                .map((JsonNode message) -> message.path("text").asText())
                .toList();
    }
}
