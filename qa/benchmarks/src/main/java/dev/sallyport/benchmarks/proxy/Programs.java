package dev.sallyport.benchmarks.proxy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Programs of other people that are run here: found on the PATH, or where Debian hides a server. */
final class Programs {

    private static final long LIMIT_MINUTES = 15;

    static Optional<Path> find(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @throws IllegalStateException that says how to get it */
    static Path need(String name, String debianPackage) {
        return find(name)
                .orElseThrow(() ->
                        new IllegalStateException(name + " is missing; on Debian: apt-get install " + debianPackage));
    }

    /**
     * Runs a command to its end.
     *
     * @param output where both its outputs go
     * @return what it printed
     * @throws IllegalStateException when it failed; the message holds what it printed
     */
    static String run(Path folder, Path output, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException(command.getFirst() + " took longer than " + LIMIT_MINUTES + " minutes");
            }
            String printed = Files.readString(output, StandardCharsets.UTF_8);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command.getFirst() + " failed: " + printed);
            }
            return printed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * The first group of {@code pattern} in what {@code program} printed.
     *
     * @throws IllegalStateException when it is not there; the message holds what was printed
     */
    static String said(String program, Pattern pattern, String printed) {
        Matcher found = pattern.matcher(printed);
        if (!found.find()) {
            throw new IllegalStateException(program + " did not say what came of it: " + printed);
        }
        return found.group(1);
    }

    private Programs() {}
}
