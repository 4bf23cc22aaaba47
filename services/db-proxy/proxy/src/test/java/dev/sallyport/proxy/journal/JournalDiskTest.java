package dev.sallyport.proxy.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.journal.Journal.Use;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal and a disk that takes its time, fails, or is full. */
class JournalDiskTest {

    private static final int SEGMENT = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final HeldDisk disk = new HeldDisk();
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private Journal journal;

    @BeforeEach
    void open() {
        journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));
    }

    @AfterEach
    void close() {
        disk.releaseFlushes();
        disk.releaseSegments();
        journal.close();
    }

    @Test
    void aRecordIsDurableWhenTheDiskHasTakenItAndNotBefore() {
        disk.holdFlushes();
        long record = append(10);

        journal.whenDurable(record, this::told);

        await().atMost(PATIENCE).until(() -> disk.flushesAsked() == 1);
        assertThat(told).isEmpty();
        assertThat(journal.isDurable(record)).isFalse();
        disk.releaseFlushes();
        await().atMost(PATIENCE).until(() -> told.equals(List.of("durable")));
        assertThat(journal.isDurable(record)).isTrue();
    }

    @Test
    void allWhoComeWhileOneFlushGoesOnShareTheNext() {
        disk.holdFlushes();
        journal.whenDurable(append(10), this::told);
        await().atMost(PATIENCE).until(() -> disk.flushesAsked() == 1);

        for (int i = 0; i < 100; i++) {
            journal.whenDurable(append(10), this::told);
        }
        disk.releaseFlushes();

        await().atMost(PATIENCE).until(() -> told.size() == 101);
        assertThat(told).containsOnly("durable");
        assertThat(journal.flushes()).isEqualTo(2);
    }

    @Test
    void nothingIsFlushedWhereNobodyWaitsForIt() {
        append(10);
        append(10);

        assertThat(disk.flushesAsked()).isZero();
    }

    @Test
    void aFlushReachesOverSegments() {
        long first = append(SEGMENT / 2 + 1);
        append(SEGMENT / 2 + 1);
        long last = append(SEGMENT / 2 + 1);

        journal.whenDurable(last, this::told);

        await().atMost(PATIENCE).until(() -> told.equals(List.of("durable")));
        assertThat(disk.flushesAsked()).isEqualTo(3);
        assertThat(journal.isDurable(first)).isTrue();
    }

    @Test
    void whatAFailedFlushMayHaveLostIsNeverCalledDurableAndTheJournalGoesOnElsewhere() {
        long before = append(10);
        journal.whenDurable(before, this::told);
        await().atMost(PATIENCE).until(() -> told.size() == 1);
        disk.fail(true);
        long lost = append(10);
        journal.whenDurable(lost, this::told);
        await().atMost(PATIENCE).until(() -> told.size() == 2);
        disk.fail(false);

        long after = append(10);
        journal.whenDurable(after, this::told);

        await().atMost(PATIENCE).until(() -> told.size() == 3);
        assertThat(told)
                .containsExactly(
                        "durable",
                        "the journal cannot be flushed to the disk: java.io.IOException: Input/output error",
                        "durable");
        assertThat(journal.isDurable(before)).isTrue();
        assertThat(journal.isDurable(lost)).isFalse();
        assertThat(journal.isDurable(after)).isTrue();
        assertThat(journal.segments()).isEqualTo(2);
        assertThat(entries()).isEqualTo(3);
    }

    @Test
    void whoStillWaitsWhenItIsClosedIsToldSo() {
        disk.holdFlushes();
        journal.whenDurable(append(10), this::told);
        await().atMost(PATIENCE).until(() -> disk.flushesAsked() == 1);
        journal.whenDurable(append(10), this::told);

        Thread closing = Thread.ofPlatform().start(journal::close);
        disk.releaseFlushes();

        await().atMost(PATIENCE).until(() -> !closing.isAlive() && told.size() == 2);
        assertThat(told.getFirst()).isEqualTo("durable");
    }

    @Test
    void appendsDoNotWaitForASegmentInTheMaking() {
        await().atMost(PATIENCE).until(this::hasSpare);
        disk.holdSegments();
        append(SEGMENT / 2 + 1);

        append(SEGMENT / 2 + 1);

        assertThat(journal.segments()).isEqualTo(2);
        assertThat(journal.outrunsDisk()).isTrue();
        disk.releaseSegments();
        await().atMost(PATIENCE).until(() -> !journal.outrunsDisk());
    }

    @Test
    void aFullDiskRefusesNewStatementsKeepsRoomForOutcomesAndGoesOnWhenThereIsSpace() {
        await().atMost(PATIENCE).until(this::hasSpare);
        disk.fill(true);
        append(SEGMENT / 2 + 1);
        append(SEGMENT / 2 + 1);
        await().atMost(PATIENCE).until(() -> journal.unwritable() != null);

        assertThatThrownBy(() -> append(SEGMENT / 2 - 64))
                .isInstanceOf(JournalException.class)
                .hasMessage("the journal cannot grow: java.io.IOException: No space left on device");
        journal.append(new byte[] {1}, 1, Use.END);
        disk.fill(false);

        await().atMost(PATIENCE).until(() -> journal.unwritable() == null);
        append(SEGMENT / 2 - 64);
        assertThat(entries()).isEqualTo(4);
    }

    @Test
    void aDamageIsFoundAtEachStartUntilItIsReported() throws Exception {
        append(100);
        append(100);
        journal.close();
        Path file = folder.resolve(Segment.name(1));
        byte[] bytes = Files.readAllBytes(file);
        bytes[Segment.HEADER_BYTES + 20] ^= 4;
        Files.write(file, bytes);
        List<Damage> expected = List.of(new Damage(1, Segment.HEADER_BYTES, 112));

        for (int start = 0; start < 2; start++) {
            journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));
            assertThat(journal.damages()).isEqualTo(expected);
            assertThat(entries()).isEqualTo(1);
            journal.close();
        }
        journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));
        journal.reported();
        journal.close();
        journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));

        assertThat(journal.damages()).isEmpty();
        assertThat(folder.resolve("corrupt").resolve(Segment.name(1))).hasBinaryContent(bytes);
    }

    @Test
    void aSegmentThatWasCutOffShortIsDamagedFromThere() throws Exception {
        append(100);
        append(100);
        journal.close();
        Path file = folder.resolve(Segment.name(1));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, Segment.HEADER_BYTES + 112 + 50));

        journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));

        assertThat(journal.damages()).extracting(Damage::segment).containsOnly(1L);
        assertThat(journal.damages().getFirst().offset())
                .isIn(24, Segment.HEADER_BYTES + 112, Segment.HEADER_BYTES + 162);
        assertThat(entries()).isEqualTo(1);
    }

    @Test
    void recordsAreReadWhoseSegmentsNameIsDestroyed() throws Exception {
        append(100);
        append(100);
        journal.close();
        Path file = folder.resolve(Segment.name(1));
        byte[] bytes = Files.readAllBytes(file);
        bytes[3] ^= 1;
        Files.write(file, bytes);

        journal = disk.journal(new JournalSettings(folder, SEGMENT, 6));

        assertThat(journal.damages()).containsExactly(new Damage(1, 0, 16));
        assertThat(entries()).isEqualTo(2);
    }

    @Test
    void aSegmentWithRecordsThatCannotBeShippedIsMovedAsideWhenItIsFreed() throws Exception {
        append(SEGMENT / 2 + 1);
        append(SEGMENT / 2 + 1);
        byte[] kept = Files.readAllBytes(folder.resolve(Segment.name(1)));
        journal.keepAside(new Position(1, 32), "a test");

        journal.free(new Position(2, 0), Set.of());

        assertThat(folder.resolve(Segment.name(1))).doesNotExist();
        assertThat(folder.resolve("corrupt").resolve(Segment.name(1) + ".orphans"))
                .hasBinaryContent(kept);
    }

    private boolean hasSpare() {
        return Files.exists(folder.resolve(Segment.name(journal.segments() + 1L)));
    }

    private long append(int bytes) {
        byte[] payload = new byte[bytes];
        payload[0] = 1;
        return journal.append(payload, bytes, Use.BEGIN);
    }

    private void told(@Nullable JournalException failure) {
        told.add(failure == null ? "durable" : String.valueOf(failure.getMessage()));
    }

    private int entries() {
        int count = 0;
        for (Entry entry = journal.read(Position.START); entry != null; entry = journal.read(entry.next())) {
            count++;
        }
        return count;
    }
}
