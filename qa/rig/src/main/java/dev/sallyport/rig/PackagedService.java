package dev.sallyport.rig;

import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A service as it is shipped, in a process of its own; asked for its health and figures over a port of its own. */
public final class PackagedService implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = FreePort.any();
    private final Path module;
    private final Path folder;
    private final Properties settings = new Properties();
    private final List<String> options;
    private DetachedProcess process;

    /**
     * Starts it and waits until it is ready.
     *
     * @param module where it is built, from the checkout's folder on; the last name is the service's here
     * @param folder for its settings and its log
     * @param options of the JVM, which come behind ours
     */
    public PackagedService(String module, Path folder, Properties settings, List<String> options) {
        this.module = Path.of(module);
        this.folder = folder;
        this.settings.putAll(settings);
        this.settings.put("quarkus.http.host", "127.0.0.1");
        this.settings.put("quarkus.http.port", Integer.toString(port));
        this.options = List.copyOf(options);
        this.process = launch();
    }

    private DetachedProcess launch() {
        Path file = file(".properties");
        try (Writer writer = Files.newBufferedWriter(file)) {
            settings.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        Path jar = Checkout.folder().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        command.addAll(List.of("-Dquarkus.config.locations=" + file.toUri(), "-jar", jar.toString()));
        DetachedProcess started = DetachedProcess.start(command, Map.of(), folder, file(".pid"), log());
        started.awaitReady("the " + module.getFileName(), log(), START_LIMIT, this::ready);
        return started;
    }

    private Path file(String ending) {
        return folder.resolve(module.getFileName() + ending);
    }

    private boolean ready() {
        try {
            return get("/q/health/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The limit is for the whole answer; a request's own timeout ends with its head. */
    private HttpResponse<String> get(String path) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        try {
            return http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                    .get(ANSWER_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the " + module.getFileName() + " does not answer " + path, e);
        }
    }

    /** What it says of itself at {@code /q/metrics}. */
    public String metrics() {
        try {
            return get("/q/metrics").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The sum of its metric {@code name} over its labels; 0 when there is none. */
    public double total(String name) {
        return metrics()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Everything that it printed. */
    public Path log() {
        return file(".log");
    }

    /** Its process; another one after {@link #restart}. */
    public DetachedProcess process() {
        return process;
    }

    /** Starts it again, after it was stopped or killed. */
    public void restart() {
        process = launch();
    }

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(20));
        http.shutdownNow();
    }
}
