package dev.sallyport.broker.identitycenter;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The grant-broker as it is shipped, in a process of its own, on a port of its own. */
final class PackagedBroker {

    private final Process process;
    private final URI address;

    private PackagedBroker(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    static PackagedBroker start(Map<String, String> settings, int port, Path log) {
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        "target/quarkus-app/quarkus-run.jar")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        settings.forEach((key, value) ->
                process.environment().put(key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT), value));
        process.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
        try {
            return new PackagedBroker(process.start(), URI.create("http://127.0.0.1:" + port));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** With {@code kill -9}; returns when it is dead. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whether it says that it is; false while it does not answer. */
    boolean ready() {
        return get("/q/health/ready")
                .filter(answer -> answer.statusCode() == 200)
                .isPresent();
    }

    /** The sum of a metric over its labels; empty while the broker does not answer, or has none of that name. */
    Optional<Double> metric(String name) {
        return get("/q/metrics")
                .flatMap(answer -> answer.body()
                        .lines()
                        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                        .map(line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                        .reduce(Double::sum));
    }

    private Optional<HttpResponse<String>> get(String path) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return Optional.of(client.send(
                    HttpRequest.newBuilder(address.resolve(path)).build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
