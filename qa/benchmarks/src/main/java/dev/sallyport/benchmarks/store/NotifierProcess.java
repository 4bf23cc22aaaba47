package dev.sallyport.benchmarks.store;

import dev.sallyport.rig.Checkout;
import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The notifier as it is shipped, in a process of its own. */
final class NotifierProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final String WRITTEN = "sallyport_notifier_written_total{kind=\"statements\"";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = FreePort.any();
    private final DetachedProcess process;

    NotifierProcess(Path folder, ControlPlane plane, KafkaBroker kafka) throws IOException {
        Properties settings = new Properties();
        settings.putAll(plane.settingsFor("notifier"));
        settings.put("sallyport.mode", "local");
        settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        Path file = folder.resolve("notifier.properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        }
        Path log = folder.resolve("notifier.log");
        process = DetachedProcess.start(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        // Batches live for a moment only: room for them where the young are.
                        "-XX:NewRatio=1",
                        "-XX:SurvivorRatio=3",
                        "-Dquarkus.config.locations=" + file.toUri(),
                        "-jar",
                        Checkout.folder()
                                .resolve("services/notifier/target/quarkus-app/quarkus-run.jar")
                                .toString()),
                Map.of(),
                folder,
                folder.resolve("notifier.pid"),
                log);
        process.awaitReady("the notifier", log, START_LIMIT, this::ready);
    }

    private boolean ready() {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** How many statements it has written to the store. */
    long written() throws IOException {
        return get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(WRITTEN))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** Stands still until {@link #goOn}, keeping what it has. */
    void standStill() {
        process.signal("STOP");
    }

    void goOn() {
        process.signal("CONT");
    }

    /** The CPU time that it has used so far, all its threads. */
    Duration cpu() {
        return ProcessHandle.of(process.pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    @Override
    public void close() {
        process.kill();
    }
}
