package dev.sallyport.proxy.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.proxy.audit.JournalException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final int SEGMENT = 64 * 1024;

    @TempDir
    Path folder;

    @Test
    void givesBackWhatWasAppendedInOrderAndAcrossSegments() {
        try (Journal journal = Journal.open(new JournalSettings(folder, SEGMENT, 64))) {
            List<String> written = IntStream.range(0, 3_000)
                    .mapToObj(i -> "record " + i + " ".repeat(i % 90))
                    .toList();

            written.forEach(text -> append(journal, text));

            assertThat(journal.segments()).isGreaterThan(2);
            assertThat(all(journal)).isEqualTo(written);
        }
    }

    @Test
    void keepsEverythingOverARestart() {
        try (Journal journal = open()) {
            append(journal, "before");
        }

        try (Journal journal = open()) {
            append(journal, "after");

            assertThat(all(journal)).containsExactly("before", "after");
        }
    }

    @Test
    void cutsOffATornTailAtEveryByteOfTheLastRecord() throws IOException {
        try (Journal journal = open()) {
            append(journal, "first");
            append(journal, "second, the last one");
        }
        Path file = onlySegmentWithRecords();
        byte[] whole = Files.readAllBytes(file);
        int last = Segment.HEADER_BYTES + 16;
        int end = last + Segment.RECORD_HEADER_BYTES + "second, the last one".length();

        for (int cut = last; cut < end; cut++) {
            byte[] torn = whole.clone();
            // As the process left it: not sealed, and the rest of the file as it was made.
            for (int i = 24; i < 32; i++) {
                torn[i] = 0;
            }
            for (int i = cut; i < end; i++) {
                torn[i] = 0;
            }
            assertRecovers(file, torn, List.of("first"), 0);
        }
    }

    @Test
    void setsASegmentAsideWhenAByteOfItWasChangedAndStillReadsTheRest() throws IOException {
        try (Journal journal = open()) {
            append(journal, "first");
            append(journal, "second");
            append(journal, "third");
        }
        Path file = onlySegmentWithRecords();
        byte[] flipped = Files.readAllBytes(file);
        flipped[Segment.HEADER_BYTES + 16 + Segment.RECORD_HEADER_BYTES] ^= 1;

        assertRecovers(file, flipped, List.of("first", "third"), 1);

        assertThat(folder.resolve("corrupt").resolve(file.getFileName() + ".found"))
                .hasBinaryContent(flipped);
    }

    @Test
    void noticesWhenTheLastRecordOfASealedSegmentIsGone() throws IOException {
        try (Journal journal = open()) {
            append(journal, "first");
            append(journal, "second");
        }
        Path file = onlySegmentWithRecords();
        byte[] flipped = Files.readAllBytes(file);
        flipped[Segment.HEADER_BYTES + 16 + Segment.RECORD_HEADER_BYTES] ^= 1;

        assertRecovers(file, flipped, List.of("first"), 1);
    }

    @Test
    void doesNotTakeARecordInsideOfAPayloadForOne() throws IOException {
        byte[] inner;
        try (Journal journal = open()) {
            append(journal, "inner");
        }
        Path file = onlySegmentWithRecords();
        byte[] bytes = Files.readAllBytes(file);
        inner = Arrays.copyOfRange(bytes, Segment.HEADER_BYTES, Segment.HEADER_BYTES + 16);
        deleteAll();
        try (Journal journal = open()) {
            byte[] forged = new byte[40];
            System.arraycopy(inner, 0, forged, 8, 16);
            journal.append(forged, forged.length, Journal.Use.BEGIN);
        }
        file = onlySegmentWithRecords();
        byte[] torn = Files.readAllBytes(file);
        torn[Segment.HEADER_BYTES + 4] ^= 1;

        assertRecovers(file, torn, List.of(), 1);
    }

    @Test
    void takesNoNewStatementsInTheLastSegmentButTheEndsOfOldOnes() {
        try (Journal journal = open()) {
            byte[] large = new byte[SEGMENT / 2 + 1];
            large[0] = 1;
            journal.append(large, large.length, Journal.Use.BEGIN);
            journal.append(large, large.length, Journal.Use.BEGIN);
            journal.append(large, large.length, Journal.Use.BEGIN);
            assertThat(journal.segments()).isEqualTo(3);

            assertThatThrownBy(() -> journal.append(large, large.length, Journal.Use.BEGIN))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("the journal is full: 3 segments wait to be shipped");
            journal.append(large, large.length, Journal.Use.END);
            assertThat(journal.unwritable()).isEqualTo("it is full: 4 segments wait to be shipped");
            assertThatThrownBy(() -> journal.append(large, large.length, Journal.Use.END))
                    .isInstanceOf(JournalException.class);
            assertThatThrownBy(() -> journal.append(new byte[] {1}, 1, Journal.Use.BEGIN))
                    .isInstanceOf(JournalException.class);
        }
    }

    @Test
    void hasRoomAgainWhenSegmentsAreFreed() {
        try (Journal journal = open()) {
            byte[] large = new byte[SEGMENT / 2 + 1];
            for (int i = 0; i < 3; i++) {
                journal.append(large, large.length, Journal.Use.BEGIN);
            }

            journal.free(new Position(3, 0), Set.of(1L));

            assertThat(journal.segments()).isEqualTo(2);
            assertThat(folder.resolve("%019d.seg".formatted(1))).exists();
            journal.append(large, large.length, Journal.Use.BEGIN);
            assertThat(journal.unwritable()).isNull();
        }
    }

    @Test
    void refusesARecordThatIsLargerThanASegment() {
        try (Journal journal = open()) {
            int most = SEGMENT - Segment.HEADER_BYTES - Segment.RECORD_HEADER_BYTES;
            journal.append(new byte[most], most, Journal.Use.BEGIN);

            assertThatThrownBy(() -> journal.append(new byte[most + 1], most + 1, Journal.Use.BEGIN))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("a record of " + (most + 1) + " bytes does not fit into a segment");
        }
    }

    @Test
    void refusesAFolderThatCannotBeUsed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> Journal.open(new JournalSettings(file, SEGMENT, 4)))
                .isInstanceOf(JournalException.class)
                .hasMessageStartingWith("the journal in " + file + " cannot be used");
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new JournalSettings(folder, SEGMENT - 1, 4)).hasMessageContaining("segment-bytes");
        assertThatThrownBy(() -> new JournalSettings(folder, SEGMENT, 3)).hasMessageContaining("max-segments");
    }

    @Test
    void takesAppendsFromSeveralThreads() throws InterruptedException {
        try (Journal journal = Journal.open(new JournalSettings(folder, SEGMENT, 64))) {
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(t -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 2_000; i++) {
                            append(journal, t + ":" + i);
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }

            List<String> read = all(journal);

            assertThat(read).hasSize(8_000).doesNotHaveDuplicates();
            for (int t = 0; t < 4; t++) {
                String prefix = t + ":";
                assertThat(read.stream().filter(one -> one.startsWith(prefix)))
                        .isEqualTo(IntStream.range(0, 2_000)
                                .mapToObj(i -> prefix + i)
                                .toList());
            }
        }
    }

    private void assertRecovers(Path file, byte[] content, List<String> expected, int corrupt) throws IOException {
        deleteAll();
        Files.write(file, content);
        try (Journal journal = open()) {
            assertThat(all(journal)).isEqualTo(expected);
            assertThat(journal.corruptSegments()).isEqualTo(corrupt);
        }
    }

    private Journal open() {
        return Journal.open(new JournalSettings(folder, SEGMENT, 4));
    }

    private static void append(Journal journal, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        journal.append(bytes, bytes.length, Journal.Use.BEGIN);
    }

    private static List<String> all(Journal journal) {
        List<String> all = new ArrayList<>();
        Entry entry = journal.read(Position.START);
        while (entry != null) {
            all.add(new String(entry.payload(), StandardCharsets.UTF_8));
            entry = journal.read(entry.next());
        }
        return all;
    }

    private Path onlySegmentWithRecords() throws IOException {
        for (Path file : segments()) {
            try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
                bytes.seek(Segment.HEADER_BYTES);
                if (bytes.readInt() != 0) {
                    return file;
                }
            }
        }
        throw new AssertionError("no segment has a record");
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".seg")).toList();
        }
    }

    private void deleteAll() throws IOException {
        for (Path file : segments()) {
            Files.delete(file);
        }
    }
}
