package dev.sallyport.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code sally} as a process, in a home of its own: what it prints and what it exits with. */
final class LocalStack {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private final Path home;

    LocalStack(Path home) {
        this.home = home;
    }

    /** How a command ended. */
    record Ended(int exitCode, String output) {}

    Path home() {
        return home;
    }

    /** Runs {@code sally} with these arguments. */
    Ended sally(String... arguments) {
        try {
            Process process = builder(arguments).start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new AssertionError("sally " + String.join(" ", arguments) + " hangs: " + output);
            }
            return new Ended(process.exitValue(), output);
        } catch (IOException e) {
            throw new AssertionError("sally cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Starts {@code sally} with these arguments; what it prints goes to a file. */
    Process start(Path printed, String... arguments) throws IOException {
        return builder(arguments).redirectOutput(printed.toFile()).start();
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                ROOT + "/cli/target/classes:" + ROOT + "/cli/target/lib/*",
                "dev.sallyport.cli.Sally"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SALLYPORT_HOME", home.toString());
        builder.environment().put("SALLYPORT_CONFIG", home.resolve("config").toString());
        builder.environment().put("SALLY_ROOT", ROOT.toString());
        return builder;
    }

    /** What {@code sally status --output json} prints. */
    JsonNode status() {
        try {
            return JSON.readTree(sally("status", "--output", "json").output());
        } catch (IOException e) {
            throw new AssertionError("the status is no JSON", e);
        }
    }

    /** The pid of a part. */
    long pid(String part) {
        for (JsonNode candidate : status().path("parts")) {
            if (candidate.path("name").asText().equals(part)) {
                return candidate.path("pid").asLong();
            }
        }
        throw new AssertionError("no part is called " + part);
    }
}
