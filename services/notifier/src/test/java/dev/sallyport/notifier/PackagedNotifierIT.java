package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shipped, not what the tests run in: its class loader is another one. */
class PackagedNotifierIT {

    @TempDir
    private static Path folder;

    @Test
    void startsFromItsPackageAndMigratesTheAuditStore() throws IOException, InterruptedException {
        try (ControlPlane plane = ControlPlane.forTests(folder.resolve("pg"));
                KafkaBroker broker = KafkaBroker.in(folder.resolve("kafka")).start()) {
            int port = FreePort.any();
            Map<String, String> settings = Packaged.settings(plane, broker, port);
            Path log = folder.resolve("log");
            Process notifier = Packaged.launch(settings, log);
            try (HttpClient http = HttpClient.newHttpClient()) {
                await().atMost(Duration.ofSeconds(60))
                        .failFast("it ended", () -> !notifier.isAlive())
                        .until(() -> Packaged.status(http, port, "/q/health/ready") == 200);
                // Without an issuer nobody is let in.
                assertThat(Packaged.status(http, port, "/api/webhooks/endpoints"))
                        .isEqualTo(401);
            } finally {
                notifier.destroy();
            }
            assertThat(Files.readString(log)).doesNotContain(settings.get("sallyport.database.password"));
        }
    }

    /** Killed between the post and its answer, it posts again when it is back: the same message, under the same id. */
    @Test
    void deliversAgainWhatItWasKilledOver() throws IOException, InterruptedException {
        try (ControlPlane plane = ControlPlane.forTests(folder.resolve("pg2"));
                KafkaBroker broker = KafkaBroker.in(folder.resolve("kafka2")).start();
                Hanging receiver = new Hanging()) {
            Map<String, String> settings = Packaged.settings(plane, broker, FreePort.any());
            settings.put("sallyport.webhooks.url", receiver.url());
            settings.put("sallyport.webhooks.secret", Neighbours.SECRET);
            settings.put("sallyport.webhooks.event-types", "session.closed");
            settings.put("sallyport.webhooks.timeout", "5s");
            Event<SessionClosed> event = closed();
            Process first = Packaged.launch(settings, folder.resolve("first"));
            try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.send(new ProducerRecord<>(Topics.EVENTS, event.subject(), EventJson.write(event)));
                producer.flush();
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> receiver.ids().size() == 1);
            } finally {
                first.destroyForcibly().waitFor();
            }
            receiver.answer();
            Process second = Packaged.launch(settings, folder.resolve("second"));
            try {
                await().atMost(Duration.ofSeconds(120))
                        .until(() -> receiver.answered().contains(event.id().value()));
            } finally {
                second.destroy();
            }
            assertThat(receiver.ids()).containsOnly(event.id().value());
        }
    }

    /** As many as are enough for one transaction, of the longest that there are, are more than its memory holds. */
    @Test
    void takesMoreLongStatementsThanItsMemoryHolds() throws IOException, InterruptedException {
        int count = 3_000;
        try (ControlPlane plane = ControlPlane.forTests(folder.resolve("pg3"));
                KafkaBroker broker = KafkaBroker.in(folder.resolve("kafka3")).start();
                HttpClient http = HttpClient.newHttpClient()) {
            sendLong(broker, count);
            int port = FreePort.any();
            Process notifier = Packaged.launch(Packaged.settings(plane, broker, port), folder.resolve("log3"));
            try {
                await().atMost(Duration.ofSeconds(180))
                        .failFast("it ended", () -> !notifier.isAlive())
                        .until(() -> Packaged.status(http, port, "/q/health/ready") == 200
                                && Packaged.body(http, port, "/q/metrics")
                                        .contains("sallyport_notifier_written_total{kind=\"statements\"} " + count
                                                + ".0"));
            } finally {
                notifier.destroy();
            }
            assertThat(folder.resolve("log3")).content().doesNotContain("OutOfMemoryError");
        }
    }

    private static void sendLong(KafkaBroker broker, int count) {
        SessionId session = SessionId.next(InstantSource.system());
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        String sql = "INSERT INTO t VALUES (" + "'a long row', ".repeat(7_000) + "1)";
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "compression.type", "lz4"),
                new StringSerializer(),
                new StringSerializer())) {
            for (int i = 1; i <= count; i++) {
                Event<StatementExecuted> event = Statements.of(session, i, sql, now);
                producer.send(new ProducerRecord<>(Topics.QUERIES, event.subject(), EventJson.write(event)));
            }
            producer.flush();
        }
    }

    private static Event<SessionClosed> closed() {
        InstantSource clock = InstantSource.system();
        SessionId session = SessionId.next(clock);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        return Event.of(
                EventType.SESSION_CLOSED,
                "/test",
                session,
                now,
                new SessionClosed(session, GrantId.next(clock), "client_closed", 0, 0, 0, "0".repeat(64), now));
    }

    /** A receiver that takes messages and answers none, until it is told to. */
    private static final class Hanging implements AutoCloseable {

        private final HttpServer server;
        private final List<String> ids = new CopyOnWriteArrayList<>();
        private final List<String> answered = new CopyOnWriteArrayList<>();
        private final CountDownLatch gate = new CountDownLatch(1);

        Hanging() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/hook", call -> {
                try (call) {
                    String id = String.valueOf(call.getRequestHeaders().getFirst("webhook-id"));
                    ids.add(id);
                    gate.await();
                    call.sendResponseHeaders(204, -1);
                    answered.add(id);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
        }

        List<String> ids() {
            return ids;
        }

        List<String> answered() {
            return answered;
        }

        void answer() {
            gate.countDown();
        }

        @Override
        public void close() {
            gate.countDown();
            server.stop(0);
        }
    }
}
