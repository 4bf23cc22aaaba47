package dev.sallyport.proxy.durability;

import static org.awaitility.Awaitility.await;

import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The db-proxy as it is shipped, as a process of its own. */
final class PackagedProxy implements AutoCloseable {

    private final Map<String, String> settings;
    private final Path log;
    private final int port = FreePort.any();
    private final int health = FreePort.any();
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    PackagedProxy(Map<String, String> surroundings, Path journal, Path log, Map<String, String> more) {
        this.log = log;
        this.settings = new HashMap<>(surroundings);
        settings.put("sallyport.proxy.postgres.port", Integer.toString(port));
        settings.put("sallyport.proxy.mysql.port", "0");
        settings.put("sallyport.proxy.journal.directory", journal.toString());
        settings.put("quarkus.http.port", Integer.toString(health));
        settings.putAll(more);
        this.process = launch();
    }

    private Process launch() {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                Path.of("target/quarkus-app/quarkus-run.jar").toAbsolutePath().toString());
        settings.forEach((key, value) ->
                builder.environment().put(key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        try {
            return builder.redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    PackagedProxy awaitReady() {
        await().atMost(Surroundings.PATIENCE)
                .failFast("the proxy ended: see " + log, () -> !process.isAlive())
                .until(this::ready);
        return this;
    }

    private boolean ready() {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** {@code kill}: it is to drain. */
    void terminate() {
        process.destroy();
    }

    /** Whether it ended by itself within {@code patience}. */
    boolean ended(Duration patience) throws InterruptedException {
        return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    void startAgain() {
        process = launch();
        awaitReady();
    }

    int port() {
        return port;
    }

    Connection connect(Properties login) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/orders", login);
    }

    /** The value of a figure without labels. */
    double figure(String name) {
        return get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The value of a figure where a label is {@code label}. */
    double figure(String name, String label) {
        return get("/q/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains("=\"" + label + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    private HttpResponse<String> get(String path) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + health + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        http.close();
    }
}
