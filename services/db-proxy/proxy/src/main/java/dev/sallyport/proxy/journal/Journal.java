package dev.sallyport.proxy.journal;

import dev.sallyport.proxy.audit.JournalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to segment files and reads them back. Any thread may append: the lock is held for one copy of the record, and
 * the next segment is made by another thread. One thread, the shipper, reads and frees.
 *
 * <p>An appended record is in the page cache, which outlives the process but not the machine; {@link #whenDurable} says when it is
 * on the disk.
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
    /** Where segments are copied that cannot be read whole. */
    private static final String ASIDE = "corrupt";
    /** Ends the name of one that was not reported yet. */
    private static final String FOUND = ".found";
    /** How long an append waits for a segment in the making, which happens when they are filled faster than made. */
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final JournalSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final ConcurrentSkipListMap<Long, Segment> segments;
    private final Set<Long> keptAside = ConcurrentHashMap.newKeySet();
    private final List<Damage> damages;
    private final SegmentMaker maker;
    private final Flusher flusher;
    private @Nullable Segment current;
    private long appended;
    /** Up to where the flusher was given what there is. Under the lock. */
    private Position spanned = Position.START;

    private boolean closed;

    private Journal(
            JournalSettings settings,
            Disk disk,
            ConcurrentSkipListMap<Long, Segment> found,
            List<Damage> damages,
            long lastNumber) {
        this.settings = settings;
        this.segments = found;
        this.damages = List.copyOf(damages);
        this.maker = new SegmentMaker(settings, disk, lastNumber, () -> found.size() < settings.maxSegments());
        this.flusher = new Flusher(new Tail(), settings, disk);
    }

    /**
     * Opens the journal, with what an earlier process left in it, and makes sure that a record can be appended.
     *
     * @throws JournalException when the folder cannot be used
     */
    public static Journal open(JournalSettings settings) {
        return open(settings, Disk.REAL);
    }

    static Journal open(JournalSettings settings, Disk disk) {
        ConcurrentSkipListMap<Long, Segment> found = new ConcurrentSkipListMap<>();
        try {
            Files.createDirectories(settings.directory());
            List<Damage> damages = new ArrayList<>();
            for (Path file : files(settings.directory())) {
                Segment.Found opened = Segment.open(file);
                List<Damage> news =
                        opened.damages().isEmpty() ? List.of() : setAside(settings.directory(), file, opened.damages());
                damages.addAll(news);
                Segment segment = opened.segment();
                if (segment != null) {
                    found.put(segment.number, segment);
                } else if (news.isEmpty()) {
                    Files.delete(file);
                }
            }
            Journal journal = new Journal(settings, disk, found, damages, highestNumber(settings.directory()));
            journal.use(journal.maker.start());
            journal.flusher.start();
            return journal;
        } catch (IOException e) {
            found.values().forEach(Segment::close);
            throw new JournalException("the journal in " + settings.directory() + " cannot be used: " + e, e);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(Segment.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    /** Of the segments set aside too: a number is used once. */
    private static long highestNumber(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory, 2)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{19}\\.seg.*"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 19)))
                    .max()
                    .orElse(0);
        }
    }

    /** @return what is news: a segment that was reported is found damaged again until it is shipped and freed */
    private static List<Damage> setAside(Path directory, Path file, List<Damage> damages) throws IOException {
        Path aside = Files.createDirectories(directory.resolve(ASIDE)).resolve(file.getFileName());
        if (Files.exists(aside)) {
            return List.of();
        }
        Path found = aside.resolveSibling(file.getFileName() + FOUND);
        Path copying = aside.resolveSibling(file.getFileName() + ".new");
        Files.copy(file, copying, StandardCopyOption.REPLACE_EXISTING);
        Files.move(copying, found, StandardCopyOption.ATOMIC_MOVE);
        for (Damage damage : damages) {
            LOG.errorf(
                    "journal segment %s cannot be read from offset %d on, for %d bytes: statements may be missing from the audit."
                            + " The file as it is now is kept in %s; what can still be read of it is shipped",
                    file, damage.offset(), damage.bytes(), aside);
        }
        return damages;
    }

    /** The {@link #damages} are told to whom they concern: a next process does not tell them again. */
    public void reported() {
        try {
            for (long segment : damages.stream().map(Damage::segment).distinct().toList()) {
                Path aside = settings.directory().resolve(ASIDE).resolve(Segment.name(segment));
                Files.move(aside.resolveSibling(Segment.name(segment) + FOUND), aside, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            LOG.warnf("damaged segments will be reported again by the next start: %s", e);
        }
    }

    /**
     * Appends a record.
     *
     * @return its number, for {@link #whenDurable}: they count up from 1 in the life of a process
     * @throws JournalException when there is no room or the disk failed
     */
    public long append(byte[] payload, int length, Use use) {
        lock.lock();
        try {
            Segment to = current;
            if (to == null || !to.fits(length) || (use == Use.BEGIN && noRoomToBegin(to, length))) {
                to = roomFor(length, use);
            }
            to.append(payload, length);
            return ++appended;
        } finally {
            lock.unlock();
        }
    }

    private boolean onlyTheLastIsLeft() {
        return segments.size() >= settings.maxSegments();
    }

    /** Where no segment follows, the rest of this one is for outcomes. */
    private boolean noRoomToBegin(Segment to, int length) {
        return onlyTheLastIsLeft()
                || (!maker.ready() && maker.failure() != null && !to.fits(length + settings.segmentBytes() / 8));
    }

    private Segment roomFor(int length, Use use) {
        if (closed) {
            throw new JournalException("the journal is closed");
        }
        if (length > settings.segmentBytes() - Segment.HEADER_BYTES - Segment.RECORD_HEADER_BYTES) {
            throw new JournalException("a record of " + length + " bytes does not fit into a segment");
        }
        if (segments.size() >= settings.maxSegments() - (use == Use.BEGIN ? 1 : 0)) {
            throw new JournalException("the journal is full: " + segments.size() + " segments wait to be shipped");
        }
        return use(next());
    }

    private Segment next() {
        try {
            Segment next = maker.take(PATIENCE_NANOS);
            if (next != null) {
                return next;
            }
            String why = maker.failure();
            throw new JournalException("the journal cannot grow: " + (why == null ? "the disk is too slow" : why));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("the journal cannot grow: interrupted", e);
        }
    }

    private Segment use(Segment next) {
        Segment full = current;
        if (full != null) {
            full.seal();
        }
        segments.put(next.number, next);
        current = next;
        return next;
    }

    /**
     * Says when the record {@code record}, and all before it, is on the disk. Any number of callers share one flush.
     *
     * @param record as {@link #append} numbered it
     */
    public void whenDurable(long record, DurableCallback callback) {
        flusher.whenDurable(record, callback);
    }

    /** Whether the record is known to be on the disk; it may be all the same. */
    public boolean isDurable(long record) {
        return flusher.holds(record);
    }

    /** How often the disk was asked to take what was appended. */
    public long flushes() {
        return flusher.flushes();
    }

    private final class Tail implements Flusher.Tail {

        @Override
        public Flusher.Span unforced() {
            lock.lock();
            try {
                List<Flusher.Part> parts = new ArrayList<>();
                for (Segment segment : segments.tailMap(spanned.segment(), true).values()) {
                    int from = segment.number == spanned.segment() ? spanned.offset() : 0;
                    if (segment.end() > from) {
                        parts.add(new Flusher.Part(segment, from, segment.end()));
                        spanned = new Position(segment.number, segment.end());
                    }
                }
                return new Flusher.Span(appended, parts);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public long abandon() {
            lock.lock();
            try {
                Segment bad = current;
                if (bad != null) {
                    bad.seal();
                    current = null;
                    spanned = new Position(bad.number, bad.end());
                }
                return appended;
            } finally {
                lock.unlock();
            }
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
                segments.remove(segment.number);
                try {
                    dispose(segment);
                } catch (IOException e) {
                    LOG.warnf("cannot delete the shipped journal segment %s: %s", segment.file, e);
                }
            }
        }
        maker.wake();
    }

    private void dispose(Segment segment) throws IOException {
        if (keptAside.remove(segment.number)) {
            Path aside = Files.createDirectories(settings.directory().resolve(ASIDE));
            segment.close();
            Files.move(
                    segment.file,
                    aside.resolve(segment.file.getFileName() + ".orphans"),
                    StandardCopyOption.REPLACE_EXISTING);
        } else {
            segment.delete();
        }
    }

    /**
     * The segment has records that cannot be shipped, for what they belong to was damaged: when it is freed it is set aside and
     * not deleted. For the shipper's thread.
     *
     * @param why is said in the log, once for a segment
     */
    public void keepAside(Position record, String why) {
        if (keptAside.add(record.segment())) {
            LOG.errorf(
                    "the journal has a record at %s that cannot be shipped: %s; its segment, with others like it, will be kept in"
                            + " %s",
                    record, why, settings.directory().resolve(ASIDE));
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

    /** Why no statement can be recorded now, or soon; null when one can. */
    public @Nullable String unwritable() {
        String why = maker.failure();
        if (why != null) {
            return why;
        }
        return onlyTheLastIsLeft() ? "it is full: " + segments.size() + " segments wait to be shipped" : null;
    }

    /** Whether segments are filled faster than the disk makes them: who appends had better be slowed down. */
    public boolean outrunsDisk() {
        Segment filling = current();
        return filling != null
                && !maker.ready()
                && maker.failure() == null
                && segments.size() < settings.maxSegments()
                && filling.end() > settings.segmentBytes() / 2;
    }

    private @Nullable Segment current() {
        Map.Entry<Long, Segment> last = segments.lastEntry();
        return last == null ? null : last.getValue();
    }

    /** What could not be read when it was opened, and was not reported by an earlier process. */
    public List<Damage> damages() {
        return damages;
    }

    /** How many segments were found damaged when it was opened. */
    public int corruptSegments() {
        return (int) damages.stream().map(Damage::segment).distinct().count();
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
        flusher.close();
        maker.close();
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
