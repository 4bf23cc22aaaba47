package dev.sallyport.notifier;

import dev.sallyport.sandbox.kafka.KafkaBroker;
import dev.sallyport.sandbox.postgres.ControlPlane;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The notifier as it is shipped, in a process of its own. */
final class Packaged {

    /** What every one needs. */
    static Map<String, String> settings(ControlPlane plane, KafkaBroker broker, int port) {
        Map<String, String> settings = new HashMap<>(plane.settingsFor("notifier"));
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("sallyport.mode", "local");
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", Integer.toString(port));
        return settings;
    }

    static Process launch(Map<String, String> settings, Path log) throws IOException {
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

    /** 0 when there is no answer. */
    static int status(HttpClient http, int port, String path) throws InterruptedException {
        try {
            return http.send(get(port, path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException notYet) {
            return 0;
        }
    }

    static String body(HttpClient http, int port, String path) throws IOException, InterruptedException {
        return http.send(get(port, path), HttpResponse.BodyHandlers.ofString()).body();
    }

    private static HttpRequest get(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }

    private Packaged() {}
}
