package dev.sallyport.proxy.shipping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proxy.journal.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {

    private static final Position EARLY = new Position(3, 64);
    private static final Position LATE = new Position(4, 128);

    @TempDir
    Path folder;

    private final TreeMap<Long, Trail> sessions = new TreeMap<>();
    private CheckpointFile file;

    @BeforeEach
    void open() {
        file = new CheckpointFile(folder);
    }

    @Test
    void beginsBeforeEverything() {
        Checkpoint loaded = file.load();

        assertThat(loaded.position()).isEqualTo(Position.START);
        assertThat(loaded.sessions()).isEmpty();
    }

    @Test
    void writesWhatChangedOnlyAndGivesBackAll() throws IOException {
        for (long session = 0; session < 10_000; session++) {
            sessions.put(session, new Trail("opened " + session));
        }
        file.save(new Checkpoint(EARLY, sessions), new TreeSet<>(sessions.keySet()));
        long whole = file.bytes();
        trail(7).sequence = 12;
        sessions.remove(9L);
        sessions.put(20_000L, new Trail("new"));

        file.save(new Checkpoint(LATE, sessions), changed(7, 9, 20_000));

        assertThat(file.bytes() - whole).isLessThan(1_000);
        Checkpoint loaded = new CheckpointFile(folder).load();
        assertThat(loaded.position()).isEqualTo(LATE);
        assertThat(loaded.sessions().keySet()).isEqualTo(sessions.keySet());
        assertThat(loaded.sessions().get(7L)).extracting("sequence").isEqualTo(12L);
    }

    @Test
    void isWrittenAnewWhenItHasGrownLong() throws IOException {
        sessions.put(1L, new Trail("x".repeat(100_000)));
        for (int i = 0; i < 100; i++) {
            file.save(new Checkpoint(new Position(i, 32), sessions), changed(1));
        }

        assertThat(Files.size(folder.resolve(CheckpointFile.NAME))).isBetween(100_000L, 1_300_000L);
        assertThat(new CheckpointFile(folder).load().position()).isEqualTo(new Position(99, 32));
    }

    @Test
    void aFrameThatWasNotFinishedIsAsIfItHadNeverBeenBegun() throws IOException {
        sessions.put(1L, new Trail("one"));
        file.save(new Checkpoint(EARLY, sessions), changed(1));
        int before = (int) file.bytes();
        sessions.put(2L, new Trail("two"));
        file.save(new Checkpoint(LATE, sessions), changed(2));
        byte[] bytes = Files.readAllBytes(folder.resolve(CheckpointFile.NAME));

        for (int cut = before; cut < bytes.length; cut++) {
            Files.write(folder.resolve(CheckpointFile.NAME), Arrays.copyOf(bytes, cut));
            assertThat(new CheckpointFile(folder).load().position()).isEqualTo(EARLY);
        }
        file.load();
        file.save(new Checkpoint(LATE, sessions), changed(2));

        assertThat(new CheckpointFile(folder).load().position()).isEqualTo(LATE);
        assertThat(new CheckpointFile(folder).load().sessions()).containsOnlyKeys(1L, 2L);
    }

    @Test
    void aDamagedFrameAndAllBehindItAreLeftOut() throws IOException {
        sessions.put(1L, new Trail("one"));
        file.save(new Checkpoint(EARLY, sessions), changed(1));
        int before = (int) file.bytes();
        sessions.put(2L, new Trail("two"));
        file.save(new Checkpoint(LATE, sessions), changed(2));
        byte[] bytes = Files.readAllBytes(folder.resolve(CheckpointFile.NAME));
        bytes[before + 12] ^= 1;
        Files.write(folder.resolve(CheckpointFile.NAME), bytes);

        Checkpoint loaded = new CheckpointFile(folder).load();

        assertThat(loaded.position()).isEqualTo(EARLY);
        assertThat(loaded.sessions()).containsOnlyKeys(1L);
    }

    private Trail trail(long session) {
        Trail trail = sessions.get(session);
        assertThat(trail).isNotNull();
        return trail;
    }

    private static TreeSet<Long> changed(long... sessions) {
        return new TreeSet<>(LongStream.of(sessions).boxed().toList());
    }
}
