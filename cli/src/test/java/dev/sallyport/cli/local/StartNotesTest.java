package dev.sallyport.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartNotesTest {

    private static final Instant BUILT = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path checkout;

    @BeforeEach
    void build() throws IOException {
        System.setProperty("sally.root", checkout.toString());
        for (PartName part : services()) {
            Path runner = ServiceProcess.runner(part);
            Files.createDirectories(runner.getParent());
            Files.writeString(runner, "");
            Files.setLastModifiedTime(runner, FileTime.from(BUILT));
        }
    }

    @AfterEach
    void leave() {
        System.clearProperty("sally.root");
    }

    @Test
    void aServiceWithoutNotesStartsWithoutThem() {
        assertThat(StartNotes.kept().options(PartName.API)).isEmpty();
        assertThat(StartNotes.complete()).isFalse();
    }

    @Test
    void whatWasTakenIsKeptAndReadUntilTheNextBuild() throws IOException {
        StartNotes taken = StartNotes.takenIn(Files.createDirectory(checkout.resolve("notes")));
        for (PartName part : services()) {
            Files.writeString(output(taken, part), part.label());
        }

        taken.keep();

        assertThat(StartNotes.complete()).isTrue();
        Path kept = checkout.resolve("services/db-proxy/proxy/target/quarkus-app/app.aot");
        assertThat(StartNotes.kept().options(PartName.DB_PROXY)).containsExactly("-XX:AOTCache=" + kept);
        assertThat(kept).hasContent("db-proxy");

        Files.setLastModifiedTime(
                ServiceProcess.runner(PartName.DB_PROXY),
                FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(StartNotes.kept().options(PartName.DB_PROXY)).isEmpty();
        assertThat(StartNotes.kept().options(PartName.API)).isNotEmpty();
        assertThat(StartNotes.complete()).isFalse();
    }

    @Test
    void whereOneTookNoNotesNoneAreKept() throws IOException {
        StartNotes taken = StartNotes.takenIn(Files.createDirectory(checkout.resolve("notes")));
        Files.writeString(output(taken, PartName.API), "api");

        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(taken::keep)
                .withMessageContaining("Provisioner took no notes");

        assertThat(StartNotes.kept().options(PartName.API)).isEmpty();
    }

    @Test
    void whoTakesNotesIsGivenTimeToWriteThem() {
        assertThat(StartNotes.takenIn(checkout).patience())
                .isGreaterThan(StartNotes.kept().patience());
    }

    /** Where the JVM is told to write. */
    private static Path output(StartNotes notes, PartName part) {
        String option = notes.options(part).getFirst();
        assertThat(option).startsWith("-XX:AOTCacheOutput=");
        return Path.of(option.substring("-XX:AOTCacheOutput=".length()));
    }

    private static List<PartName> services() {
        return Arrays.stream(PartName.values()).filter(PartName::service).toList();
    }
}
