package dev.sallyport.proxy.journal;

import dev.sallyport.proxy.audit.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to segment files and reads them back. Any thread may append: the lock is held for one copy of the record.
 * One thread, the shipper, reads and frees.
 *
 * <p>This is the mode <em>bounded</em>: an appended record is in the page cache, which outlives the process but not the machine.
 */
public final class Journal implements AutoCloseable {

    /** What a record is for, which decides how much room it may take. */
    public enum Use {
        /** Sessions and statements that begin: refused when only the last segment is left. */
        BEGIN,
        /** Outcomes and ends, of what has begun. */
        END
    }

    private static final Logger LOG = Logger.getLogger(Journal.class);
    private static final String SUFFIX = ".seg";
    private static final long RETRY_NANOS = 500_000_000L;

    private final JournalSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();
    private final int corruptSegments;
    private @Nullable Segment current;
    private long lastNumber;
    private long failedAtNanos;
    private volatile @Nullable String failure;
    private boolean closed;

    private Journal(JournalSettings settings, TreeMap<Long, Segment> found, int corruptSegments) {
        this.settings = settings;
        this.segments.putAll(found);
        this.lastNumber = found.isEmpty() ? 0 : found.lastKey();
        this.corruptSegments = corruptSegments;
    }

    /**
     * Opens the journal, with what an earlier process left in it, and makes sure that a record can be appended.
     *
     * @throws JournalException when the folder cannot be used
     */
    public static Journal open(JournalSettings settings) {
        try {
            Files.createDirectories(settings.directory());
            TreeMap<Long, Segment> found = new TreeMap<>();
            int corrupt = 0;
            for (Path file : files(settings.directory())) {
                Segment.Found opened = Segment.open(file);
                if (opened.corrupt()) {
                    setAside(settings.directory(), file);
                    corrupt++;
                }
                Segment segment = opened.segment();
                if (segment != null) {
                    found.put(segment.number, segment);
                } else {
                    Files.delete(file);
                }
            }
            Journal journal = new Journal(settings, found, corrupt);
            journal.lastNumber = Math.max(journal.lastNumber, highestNumber(settings.directory()));
            journal.roll(Use.END);
            return journal;
        } catch (IOException e) {
            throw new JournalException("the journal in " + settings.directory() + " cannot be used: " + e, e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** Of the segments set aside too: a number is used once. */
    private static long highestNumber(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{19}\\.seg"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 19)))
                    .max()
                    .orElse(0);
        }
    }

    private static void setAside(Path directory, Path file) throws IOException {
        Path aside = Files.createDirectories(directory.resolve("corrupt")).resolve(file.getFileName());
        Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
        LOG.errorf(
                "journal segment %s is corrupt: statements may be missing from the audit. It was copied to %s as it was; what"
                        + " can still be read of it is shipped",
                file, aside);
    }

    /**
     * Appends a record.
     *
     * @throws JournalException when there is no room or the disk failed
     */
    public void append(byte[] payload, int length, Use use) {
        lock.lock();
        try {
            Segment to = current;
            if (to == null || !to.fits(length) || (use == Use.BEGIN && onlyTheLastIsLeft())) {
                to = roomFor(length, use);
            }
            to.append(payload, length);
        } finally {
            lock.unlock();
        }
    }

    private boolean onlyTheLastIsLeft() {
        return segments.size() >= settings.maxSegments();
    }

    private Segment roomFor(int length, Use use) {
        if (closed) {
            throw new JournalException("the journal is closed");
        }
        if (length > settings.segmentBytes() - Segment.HEADER_BYTES - Segment.RECORD_HEADER_BYTES) {
            throw new JournalException("a record of " + length + " bytes does not fit into a segment");
        }
        if (use == Use.BEGIN && segments.size() >= settings.maxSegments() - 1) {
            throw new JournalException("the journal is full: " + segments.size() + " segments wait to be shipped");
        }
        if (failure != null && System.nanoTime() - failedAtNanos < RETRY_NANOS) {
            throw new JournalException("the journal cannot grow: " + failure);
        }
        return roll(use);
    }

    private Segment roll(Use use) {
        if (segments.size() >= settings.maxSegments()) {
            throw new JournalException("the journal is full: " + segments.size() + " segments wait to be shipped");
        }
        long number = lastNumber + 1;
        try {
            Path file = settings.directory().resolve("%019d%s".formatted(number, SUFFIX));
            Segment next = Segment.create(file, number, settings.segmentBytes());
            if (current != null) {
                current.seal();
            }
            segments.put(number, next);
            lastNumber = number;
            current = next;
            failure = null;
            return next;
        } catch (IOException e) {
            failure = e.toString();
            failedAtNanos = System.nanoTime();
            LOG.errorf("the journal cannot grow, new statements are refused: %s", e);
            throw new JournalException("the journal cannot grow: " + e, e);
        }
    }

    /** The first record at or behind {@code from}; null when there is none yet. For the shipper's thread. */
    public @Nullable Entry read(Position from) {
        for (Segment segment : segments.tailMap(from.segment(), true).values()) {
            // Asked before the read: a record may come between the two, and then the next call finds it.
            boolean sealed = segment.sealed();
            Entry entry = segment.read(segment.number == from.segment() ? from.offset() : 0);
            if (entry != null || !sealed) {
                return entry;
            }
        }
        return null;
    }

    /** Deletes the sealed segments before {@code shipped} but those in {@code kept}. For the shipper's thread. */
    public void free(Position shipped, Set<Long> kept) {
        for (Segment segment : segments.headMap(shipped.segment(), false).values()) {
            if (!kept.contains(segment.number) && segment.sealed()) {
                lock.lock();
                try {
                    segments.remove(segment.number);
                    segment.delete();
                } catch (IOException e) {
                    LOG.warnf("cannot delete the shipped journal segment %s: %s", segment.file, e);
                } finally {
                    lock.unlock();
                }
            }
        }
    }

    /** How many bytes of records lie behind {@code shipped}. */
    public long bytesBehind(Position shipped) {
        long bytes = 0;
        for (Segment segment : segments.tailMap(shipped.segment(), true).values()) {
            int from = segment.number == shipped.segment() ? Math.max(shipped.offset(), Segment.HEADER_BYTES) : 0;
            bytes += Math.max(0, segment.end() - Math.max(from, Segment.HEADER_BYTES));
        }
        return bytes;
    }

    /** Why no statement can be recorded now; null when one can. */
    public @Nullable String unwritable() {
        String why = failure;
        if (why != null) {
            return why;
        }
        return onlyTheLastIsLeft() ? "it is full: " + segments.size() + " segments wait to be shipped" : null;
    }

    /** How many segments were found corrupt when it was opened. */
    public int corruptSegments() {
        return corruptSegments;
    }

    /** How many segments there are. */
    public int segments() {
        return segments.size();
    }

    /** How large it may grow, in bytes. */
    public long maxBytes() {
        return (long) settings.segmentBytes() * settings.maxSegments();
    }

    /** No more appends. What was appended stays, for the next start. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (current != null) {
                current.seal();
                current = null;
            }
            segments.values().forEach(Segment::close);
            segments.clear();
        } finally {
            lock.unlock();
        }
    }
}
