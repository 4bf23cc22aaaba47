package dev.sallyport.proxy.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** One file of the journal. {@link #append} is called under the journal's lock; reading needs none. */
final class Segment {

    private static final Logger LOG = Logger.getLogger(Segment.class);

    static final int HEADER_BYTES = 32;
    static final int RECORD_HEADER_BYTES = 8;
    static final String SUFFIX = ".seg";
    static final long MAGIC = 0x53414C4C594A3031L; // SALLYJ01

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final VarHandle LENGTH = INT.varHandle();
    private static final int NUMBER_OFFSET = 8;
    private static final int SALT_OFFSET = 16;
    private static final int SEALED_OFFSET = 24;
    private static final int SIZE_OFFSET = 28;
    private static final SecureRandom RANDOM = new SecureRandom();

    final Path file;
    final long number;
    private final FileChannel channel;
    private final Arena arena;
    private final MemorySegment bytes;
    private final long salt;
    private final int capacity;
    private volatile int end = HEADER_BYTES;
    private volatile boolean sealed;
    private boolean closed;

    private Segment(Path file, long number, FileChannel channel, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.number = number;
        this.channel = channel;
        this.arena = arena;
        this.bytes = bytes;
        this.salt = bytes.get(LONG, SALT_OFFSET);
        this.capacity = (int) bytes.byteSize();
    }

    /** The name of the file of the segment {@code number}. */
    static String name(long number) {
        return "%019d%s".formatted(number, SUFFIX);
    }

    /** An empty one, whole on the disk. */
    static Segment create(Path file, long number, int size, Disk disk) throws IOException {
        FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            disk.fill(channel, size);
            Arena arena = Arena.ofShared();
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            bytes.set(LONG, NUMBER_OFFSET, number);
            bytes.set(LONG, SALT_OFFSET, RANDOM.nextLong());
            bytes.set(INT, SIZE_OFFSET, size);
            bytes.set(LONG, 0, MAGIC);
            return new Segment(file, number, channel, arena, bytes);
        } catch (IOException | RuntimeException e) {
            channel.close();
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /**
     * What {@link #open} found.
     *
     * @param segment null when there is nothing to read
     */
    record Found(@Nullable Segment segment, List<Damage> damages) {}

    /**
     * Opens a segment that an earlier process wrote and seals it. A torn record at its end, which that process was about to write
     * when it died, is cut off; anything else that is wrong is damage: what can still be read is, whatever its header says.
     */
    static Found open(Path file) throws IOException {
        long number = Long.parseLong(file.getFileName().toString().replace(SUFFIX, ""));
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Found found = null;
        try {
            found = open(file, number, channel);
        } finally {
            if (found == null || found.segment() == null) {
                channel.close();
            }
        }
        return found;
    }

    private static Found open(Path file, long number, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < HEADER_BYTES || size > Integer.MAX_VALUE) {
            boolean begun = size > 0;
            return new Found(
                    null, begun ? List.of(new Damage(number, 0, (int) Math.min(size, Integer.MAX_VALUE))) : List.of());
        }
        Arena arena = Arena.ofShared();
        MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
        if (bytes.asSlice(0, SEALED_OFFSET).mismatch(MemorySegment.ofArray(new byte[SEALED_OFFSET])) < 0
                && endOfContent(bytes) == 0) {
            // Its maker died before it was one.
            arena.close();
            return new Found(null, List.of());
        }
        Segment segment = new Segment(file, number, channel, arena, bytes);
        return new Found(segment, segment.recover());
    }

    /** @return what is bad before the end */
    private List<Damage> recover() {
        List<Damage> damages = new ArrayList<>();
        if (bytes.get(LONG, 0) != MAGIC || bytes.get(LONG, NUMBER_OFFSET) != number) {
            damages.add(new Damage(number, 0, SALT_OFFSET));
        }
        int sealedAt = bytes.get(INT, SEALED_OFFSET);
        boolean wasSealed = sealedAt >= HEADER_BYTES && sealedAt <= capacity;
        if (sealedAt != 0 && !wasSealed) {
            damages.add(new Damage(number, SEALED_OFFSET, Integer.BYTES));
        }
        int made = bytes.get(INT, SIZE_OFFSET);
        // 0: made before the size was noted.
        if (made != 0 && made != capacity) {
            damages.add(new Damage(number, capacity, Math.max(0, made - capacity)));
        }
        int limit = wasSealed ? sealedAt : capacity;
        end = readable(limit, damages);
        if (wasSealed ? end != sealedAt : !onlyTorn(end)) {
            damages.add(new Damage(number, end, (wasSealed ? sealedAt : endOfContent(bytes)) - end));
        }
        sealed = true;
        if (damages.isEmpty()) {
            // Else the file stays as it is: who opens it again finds the same damage.
            seal();
        }
        return damages;
    }

    /** @return where the last good record ends */
    private int readable(int limit, List<Damage> damages) {
        int good = HEADER_BYTES;
        for (int at = HEADER_BYTES; at < limit; ) {
            int length = validLength(at, limit);
            if (length < 0) {
                at += 8;
                continue;
            }
            if (at != good) {
                damages.add(new Damage(number, good, at - good));
            }
            at = next(at, length);
            good = at;
        }
        return good;
    }

    /** Whether what lies behind the last good record may be one that was never finished. */
    private boolean onlyTorn(int at) {
        int content = endOfContent(bytes);
        if (content <= at) {
            return true;
        }
        int length = at + RECORD_HEADER_BYTES <= capacity ? bytes.get(INT, at) : -1;
        return length == 0 || (length > 0 && content <= (long) at + RECORD_HEADER_BYTES + length);
    }

    /** Where the zeros begin with which every segment ends that is not full. */
    private static int endOfContent(MemorySegment bytes) {
        long at = bytes.byteSize();
        while (at > 0 && bytes.get(ValueLayout.JAVA_BYTE, at - 1) == 0) {
            at--;
        }
        return (int) at;
    }

    /** No more records: everything up to here is meant. */
    void seal() {
        sealed = true;
        bytes.set(INT, SEALED_OFFSET, end);
    }

    boolean sealed() {
        return sealed;
    }

    /** Where the next record goes; all before is whole. */
    int end() {
        return end;
    }

    boolean fits(int length) {
        return (long) end + RECORD_HEADER_BYTES + length <= capacity;
    }

    void append(byte[] payload, int length) {
        int at = end;
        MemorySegment.copy(payload, 0, bytes, ValueLayout.JAVA_BYTE, at + RECORD_HEADER_BYTES, length);
        bytes.set(INT, at + 4, checksum(at, payload, length));
        // The length last: without it there is no record.
        LENGTH.setRelease(bytes, (long) at, length);
        end = next(at, length);
    }

    /** The first record at or behind {@code offset}; null when there is none yet. */
    @Nullable Entry read(int offset) {
        int limit = end;
        for (int at = Math.max(offset, HEADER_BYTES); at < limit; at += 8) {
            int length = bytes.get(INT, at);
            if (length <= 0 || (long) at + RECORD_HEADER_BYTES + length > limit) {
                continue;
            }
            byte[] payload = payload(at, length);
            if (checksum(at, payload, length) == bytes.get(INT, at + 4)) {
                return new Entry(new Position(number, at), payload, new Position(number, next(at, length)));
            }
        }
        return null;
    }

    /** Returns when all up to {@code to} is on the disk, or when the segment is gone: then it was shipped. */
    synchronized void force(Disk disk, int from, int to) throws IOException {
        if (!closed) {
            disk.force(channel, bytes.asSlice(from, to - from));
        }
    }

    /** Unmaps it; the file stays. */
    synchronized void close() {
        if (!closed) {
            closed = true;
            arena.close();
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warnf("cannot close the journal segment %s: %s", file, e);
            }
        }
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    private int validLength(int at, int limit) {
        if (at + RECORD_HEADER_BYTES > limit) {
            return -1;
        }
        int length = bytes.get(INT, at);
        if (length <= 0 || (long) at + RECORD_HEADER_BYTES + length > limit) {
            return -1;
        }
        return checksum(at, payload(at, length), length) == bytes.get(INT, at + 4) ? length : -1;
    }

    private byte[] payload(int at, int length) {
        byte[] payload = new byte[length];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at + RECORD_HEADER_BYTES, payload, 0, length);
        return payload;
    }

    private int checksum(int at, byte[] payload, int length) {
        CRC32C crc = new CRC32C();
        ByteBuffer place = ByteBuffer.allocate(16).putLong(salt).putInt(at).putInt(length);
        crc.update(place.array(), 0, 16);
        crc.update(payload, 0, length);
        return (int) crc.getValue();
    }

    private static int next(int at, int length) {
        return at + RECORD_HEADER_BYTES + ((length + 7) & ~7);
    }
}
