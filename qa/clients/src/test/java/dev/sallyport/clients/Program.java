package dev.sallyport.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.rig.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A client as a program of its own.
 *
 * @param name of the reports in {@code target/clients}
 * @param environment besides ours and what tells where to connect to
 * @param patience after which it is killed and the test has failed
 */
public record Program(String name, List<String> command, Map<String, String> environment, Duration patience) {

    private static final Path REPORTS = Path.of("target/clients");

    /** One that ends within three minutes. */
    public static Program of(String name, String... command) {
        return new Program(name, List.of(command), Map.of(), Duration.ofMinutes(3));
    }

    /** The same with these besides. */
    public Program with(Map<String, String> more) {
        return new Program(name, command, more, patience);
    }

    /** Whether {@code program} can be started at all: some are not on every machine. */
    public static boolean starts(String... program) {
        try {
            Process process =
                    new ProcessBuilder(program).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Runs it to its end.
     *
     * @param where as environment variables that the program knows
     * @return all that it printed, and its exit code in the last line
     */
    public String run(Endpoint endpoint, Map<String, String> where) {
        Path report = REPORTS.resolve(name + "." + endpoint.way() + ".txt").toAbsolutePath();
        try {
            Files.createDirectories(report.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(report.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(where);
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(name + " does not end; what it printed is in " + report);
            }
            String output = Files.readString(report, StandardCharsets.UTF_8) + "\nexit " + process.exitValue();
            return output.replace(endpoint.user(), "<user>").replaceAll("PID \\d+", "PID <n>");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Says that two lists have the same lines, each as often; where not, both are written down. */
    public void sameStatements(List<String> audited, List<String> logged) {
        write("audited", audited);
        write("logged", logged);
        assertThat(audited.stream().sorted().toList())
                .as("what the proxy recorded of " + name + " against the database's own log, both in " + REPORTS)
                .isEqualTo(logged.stream().sorted().toList());
    }

    private void write(String what, List<String> lines) {
        try {
            Files.writeString(REPORTS.resolve(name + "." + what + ".txt"), String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name + " " + Arrays.toString(command.toArray());
    }
}
