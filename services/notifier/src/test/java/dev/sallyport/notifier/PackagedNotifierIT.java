package dev.sallyport.notifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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
            Map<String, String> settings = new HashMap<>(plane.settingsFor("notifier"));
            settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
            settings.put("sallyport.mode", "local");
            settings.put("quarkus.http.host", "127.0.0.1");
            settings.put("quarkus.http.port", Integer.toString(port));
            Path log = folder.resolve("log");
            Process notifier = launch(settings, log);
            try (HttpClient http = HttpClient.newHttpClient()) {
                await().atMost(Duration.ofSeconds(60))
                        .failFast("it ended", () -> !notifier.isAlive())
                        .until(() -> status(http, port) == 200);
            } finally {
                notifier.destroy();
            }
            assertThat(Files.readString(log)).doesNotContain(settings.get("sallyport.database.password"));
        }
    }

    private static Process launch(Map<String, String> settings, Path log) throws IOException {
        ProcessBuilder process = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                "target/quarkus-app/quarkus-run.jar");
        // As variables: a command line is for everybody to read.
        settings.forEach((key, value) ->
                process.environment().put(key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        return process.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static int status(HttpClient http, int port) throws InterruptedException {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }
}
