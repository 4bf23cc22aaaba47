package dev.sallyport.proxy.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One file of the journal. {@link #append} is called under the journal's lock; reading needs none. */
final class Segment {

    static final int HEADER_BYTES = 32;
    static final int RECORD_HEADER_BYTES = 8;
    static final long MAGIC = 0x53414C4C594A3031L; // SALLYJ01

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final int SALT_OFFSET = 16;
    private static final int SEALED_OFFSET = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    final Path file;
    final long number;
    private final Arena arena;
    private final MemorySegment bytes;
    private final long salt;
    private final int capacity;
    private volatile int end = HEADER_BYTES;
    private volatile boolean sealed;

    private Segment(Path file, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.arena = arena;
        this.bytes = bytes;
        this.number = bytes.get(LONG, 8);
        this.salt = bytes.get(LONG, SALT_OFFSET);
        this.capacity = (int) bytes.byteSize();
    }

    /** Writes all of the file first, so that a full disk shows here and not as a fault in the middle of a record. */
    static Segment create(Path file, long number, int size) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(64 * 1024);
            for (long written = 0; written < size; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - written));
                written += channel.write(zeros);
            }
            Arena arena = Arena.ofShared();
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, size, arena);
            bytes.set(LONG, 8, number);
            bytes.set(LONG, SALT_OFFSET, RANDOM.nextLong());
            bytes.set(LONG, 0, MAGIC);
            return new Segment(file, arena, bytes);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** What {@link #open} found. */
    record Found(@Nullable Segment segment, boolean corrupt) {}

    /**
     * Opens a segment that an earlier process wrote and seals it. A torn record at its end, which that process was about to write
     * when it died, is cut off; anything else that is wrong makes it corrupt: what can still be read of it is.
     */
    static Found open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < HEADER_BYTES || channel.size() > Integer.MAX_VALUE) {
                return new Found(null, channel.size() > HEADER_BYTES);
            }
            Arena arena = Arena.ofShared();
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size(), arena);
            if (bytes.get(LONG, 0) != MAGIC) {
                boolean unused = bytes.mismatch(MemorySegment.ofArray(new byte[(int) channel.size()])) < 0;
                arena.close();
                return new Found(null, !unused);
            }
            Segment segment = new Segment(file, arena, bytes);
            return new Found(segment, segment.recover());
        }
    }

    /** @return whether there was a bad record before the end */
    private boolean recover() {
        int sealedAt = bytes.get(INT, SEALED_OFFSET);
        boolean wasSealed = sealedAt >= HEADER_BYTES && sealedAt <= capacity;
        int limit = wasSealed ? sealedAt : capacity;
        boolean corrupt = sealedAt != 0 && !wasSealed;
        int good = HEADER_BYTES;
        for (int at = HEADER_BYTES; at < limit; ) {
            int length = validLength(at, limit);
            if (length < 0) {
                at += 8;
            } else {
                corrupt |= at != good;
                at = next(at, length);
                good = at;
            }
        }
        corrupt |= wasSealed && good != sealedAt;
        end = good;
        seal();
        return corrupt;
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
        bytes.set(INT, at, length);
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

    /** Unmaps it; the file stays. */
    void close() {
        arena.close();
    }

    void delete() throws IOException {
        arena.close();
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
