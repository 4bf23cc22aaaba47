package dev.sallyport.cli.local;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM notes of our services: the classes that they load, linked, and what is worth compiling (JEP 483, 514 and 515).
 * A service that has its notes starts with half the work; without them, with another build's or another JDK's, it
 * starts as well.
 *
 * @param folder where notes are taken; null when they are only read
 */
public record StartNotes(@Nullable Path folder) {

    /** Notes are read where there are any. */
    public static StartNotes kept() {
        return new StartNotes(null);
    }

    /** Services take notes as they end. */
    public static StartNotes takenIn(Path folder) {
        return new StartNotes(folder);
    }

    /** Whether services take notes. */
    boolean taking() {
        return folder != null;
    }

    /** For the JVM of a service. */
    List<String> options(PartName part) {
        if (folder != null) {
            return List.of("-XX:AOTCacheOutput=" + taken(folder, part));
        }
        return fresh(part) ? List.of("-XX:AOTCache=" + file(part)) : List.of();
    }

    /** How long a service may take to end. One that takes notes ends when they are written. */
    Duration patience() {
        return folder == null ? Duration.ofSeconds(20) : Duration.ofMinutes(3);
    }

    /** Whether every service has notes of its build. */
    static boolean complete() {
        return services().stream().allMatch(StartNotes::fresh);
    }

    /**
     * Keeps the notes that were taken beside the builds that they are of.
     *
     * @throws CommandFailure when a service took none; then none are kept
     */
    public void keep() {
        Path from = Objects.requireNonNull(folder, "these notes are only read");
        for (PartName part : services()) {
            if (!Files.exists(taken(from, part))) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        part.title() + " took no notes; its log, " + from.resolveSibling("services") + "/"
                                + part.label() + "/log, may say why");
            }
        }
        try {
            for (PartName part : services()) {
                Files.move(taken(from, part), file(part), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the notes beside the services", e);
        }
    }

    private static boolean fresh(PartName part) {
        try {
            Path notes = file(part);
            return Files.exists(notes)
                    && Files.getLastModifiedTime(notes)
                                    .compareTo(Files.getLastModifiedTime(ServiceProcess.runner(part)))
                            >= 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static Path file(PartName part) {
        return ServiceProcess.runner(part).resolveSibling("app.aot");
    }

    private static Path taken(Path folder, PartName part) {
        return folder.resolve(part.label() + ".aot");
    }

    private static List<PartName> services() {
        return Arrays.stream(PartName.values()).filter(PartName::service).toList();
    }
}
