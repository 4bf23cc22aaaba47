package dev.sallyport.clients.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.clients.Program;
import dev.sallyport.rig.Endpoint;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A client's own tests, run by JUnit's console launcher in a JVM of their own. The build has put the launcher, the tests and all
 * that they need into {@code target/suites} (the profile {@code clients}).
 *
 * @param name of its reports in {@code target/clients}
 * @param classPath of the JVM, with the launcher
 * @param selection which tests: the launcher's own options
 * @param patience after which a run is killed and has failed
 */
public record Suite(String name, List<Path> classPath, List<String> selection, Duration patience) {

    /** Where the build puts the suites. */
    public static final Path FOLDER = Path.of("target/suites").toAbsolutePath();

    private static final Duration ONE_TEST = Duration.ofSeconds(60);

    /** The jars that the build has put into {@code target/suites} under {@code folder}. */
    public static List<Path> jars(String folder) {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException absent) {
            throw new IllegalStateException(
                    "the suites are not in " + FOLDER + ": run the lane with -Pclients, as docs/clients.md says",
                    absent);
        }
    }

    /** Compiles all sources under {@code sources} into {@code classes}. */
    public static void compile(Path sources, Path classes, List<Path> classPath) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> tree = Files.walk(sources)) {
            Files.createDirectories(classes);
            List<Path> units =
                    tree.filter(file -> file.toString().endsWith(".java")).toList();
            List<String> options =
                    List.of("-nowarn", "-parameters", "-d", classes.toString(), "-cp", joined(classPath));
            boolean compiled = compiler.getTask(
                            said, files, null, options, null, files.getJavaFileObjectsFromPaths(units))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("the sources in " + sources + " do not compile: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs it against {@code endpoint}, which the tests find by {@code options}.
     *
     * @param options of the JVM. No secrets: all processes of the machine see them
     */
    public SuiteReport run(Endpoint endpoint, List<String> options, Map<String, String> environment) {
        Path reports = FOLDER.resolve("reports").resolve(name + "." + endpoint.way());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+EnableDynamicAgentLoading",
                "-Duser.timezone=UTC"));
        command.addAll(options);
        command.addAll(List.of(
                "-cp",
                joined(classPath),
                "org.junit.platform.console.ConsoleLauncher",
                "execute",
                "--disable-banner",
                "--disable-ansi-colors",
                "--details=none",
                "--fail-if-no-tests",
                "--config=junit.jupiter.extensions.autodetection.enabled=true",
                "--config=junit.jupiter.execution.timeout.default=" + ONE_TEST.toSeconds() + " s",
                "--reports-dir=" + reports));
        command.addAll(selection);
        empty(reports);
        String printed = new Program(name, command, environment, patience).run(endpoint, Map.of());
        // 0 when all tests pass, 1 when some fail: anything else is no end of a run.
        assertThat(printed.substring(printed.lastIndexOf('\n') + 1))
                .as("the end of the run of " + name)
                .isIn("exit 0", "exit 1");
        return SuiteReport.read(reports);
    }

    private static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static void empty(Path folder) {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
