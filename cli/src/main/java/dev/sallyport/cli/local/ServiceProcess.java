package dev.sallyport.cli.local;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.process.DetachedProcess;
import java.io.IOException;
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
import java.util.Optional;
import java.util.TreeMap;

/** One of our services as a process: its settings in a private file, its log beside it, ready when its health says so. */
final class ServiceProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final Home home;
    private final PartName part;

    ServiceProcess(Home home, PartName part) {
        this.home = home;
        this.part = part;
    }

    Optional<DetachedProcess> running() {
        return DetachedProcess.find(pidFile());
    }

    Path log() {
        return home.folder("services/" + part.label()).resolve("log");
    }

    /** Starts it, or takes over the one that runs, and waits until it is ready. */
    DetachedProcess start(int port, Map<String, String> settings, Map<String, String> environment, StartNotes notes) {
        Optional<DetachedProcess> existing = running();
        if (existing.isPresent()) {
            try {
                return awaitReady(existing.get(), port);
            } catch (CannotStart e) {
                // It was about to end when we met it: a fresh one then.
                if (existing.get().alive()) {
                    throw e;
                }
            }
        }
        return awaitReady(launch(port, settings, environment, notes), port);
    }

    private DetachedProcess awaitReady(DetachedProcess process, int port) {
        process.awaitReady(part.title(), log(), START_LIMIT, () -> ready(port));
        return process;
    }

    /** Whether the service at {@code port} says that it is ready. */
    static boolean ready(int port) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private DetachedProcess launch(
            int port, Map<String, String> settings, Map<String, String> environment, StartNotes notes) {
        Path folder = home.folder("services/" + part.label());
        Path file = folder.resolve("application.properties");
        Map<String, String> all = new TreeMap<>(settings);
        all.put("sallyport.mode", "local");
        all.put("quarkus.http.host", "127.0.0.1");
        all.put("quarkus.http.port", Integer.toString(port));
        home.writePrivately(file, properties(all));
        Map<String, String> variables = new TreeMap<>(environment);
        variables.put("QUARKUS_CONFIG_LOCATIONS", file.toUri().toString());
        return DetachedProcess.start(command(part, notes), variables, folder, pidFile(), log());
    }

    /** How a built service is started; its settings come by the environment. */
    static List<String> command(PartName part, StartNotes notes) {
        Path runner = runner(part);
        if (!Files.exists(runner)) {
            throw new CommandFailure(
                    ExitCode.CANNOT_START,
                    part.title() + " is not built: " + runner + " is missing; run `./mvnw -Dquick package`");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(memory(part));
        command.addAll(notes.options(part));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                runner.toString()));
        return command;
    }

    /** Small ones start faster with the first compiler alone; the proxy works for a living. */
    private static List<String> memory(PartName part) {
        return switch (part) {
            case DB_PROXY -> List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m");
            case API -> List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");
            default -> List.of("-Xmx192m", "-XX:TieredStopAtLevel=1");
        };
    }

    /** What is started: the first jar of the built service. */
    static Path runner(PartName part) {
        String module = part == PartName.DB_PROXY ? "services/db-proxy/proxy" : "services/" + part.label();
        return Checkout.directory().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
    }

    private Path pidFile() {
        return home.folder("services/" + part.label()).resolve("pid");
    }

    static String properties(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        settings.forEach((key, value) -> text.append(key)
                .append('=')
                .append(value.replace("\\", "\\\\").replace("$", "$$"))
                .append('\n'));
        return text.toString();
    }
}
