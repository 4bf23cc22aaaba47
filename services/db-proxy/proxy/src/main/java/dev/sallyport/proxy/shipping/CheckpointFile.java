package dev.sallyport.proxy.shipping;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.journal.Position;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Where the {@link Checkpoint} is kept: a file of frames, each holding what changed since the one before, so that sessions in
 * which nothing happens cost nothing. It is written anew, as one frame, when it has grown to {@value #GROWTH} times that.
 *
 * <pre>
 *  frame = length u32, CRC32C u32, JSON {position, sessions: {number: trail, or null when closed}}
 * </pre>
 *
 * <p>A frame that was not finished is as if it had never been begun: the same records are shipped again. For one thread.
 */
final class CheckpointFile {

    static final int GROWTH = 4;
    static final String NAME = "checkpoint.log";

    private static final Logger LOG = Logger.getLogger(CheckpointFile.class);
    private static final int HEADER_BYTES = 8;
    private static final long LEAST_BYTES = 1 << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .build();

    private final Path file;
    private long end;
    private long wholeBytes;

    private record Frame(Position position, TreeMap<Long, @Nullable Trail> sessions) {}

    CheckpointFile(Path directory) {
        this.file = directory.resolve(NAME);
    }

    /**
     * The last checkpoint; {@link Checkpoint#start} when there is none.
     *
     * @throws JournalException when the file is there and the disk does not give it
     */
    Checkpoint load() {
        Checkpoint checkpoint = Checkpoint.start();
        end = 0;
        wholeBytes = 0;
        if (!Files.exists(file)) {
            return checkpoint;
        }
        try {
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
            for (Frame next = next(in); next != null; next = next(in)) {
                checkpoint = fold(checkpoint, next);
                end = in.position();
                wholeBytes = wholeBytes == 0 ? end : wholeBytes;
            }
            return checkpoint;
        } catch (IOException e) {
            throw new JournalException("the checkpoint " + file + " cannot be read: " + e, e);
        }
    }

    private @Nullable Frame next(ByteBuffer in) throws IOException {
        if (in.remaining() < HEADER_BYTES) {
            return null;
        }
        int length = in.getInt();
        int checksum = in.getInt();
        if (length <= 0 || length > in.remaining()) {
            return null;
        }
        if (checksum(in.array(), in.position(), length) != checksum) {
            LOG.errorf(
                    "the checkpoint %s is damaged at offset %d: what was shipped behind it is shipped again",
                    file, in.position() - HEADER_BYTES);
            return null;
        }
        Frame frame = JSON.readValue(in.array(), in.position(), length, Frame.class);
        in.position(in.position() + length);
        return frame;
    }

    private static Checkpoint fold(Checkpoint before, Frame frame) {
        frame.sessions().forEach((session, trail) -> {
            if (trail == null) {
                before.sessions().remove(session);
            } else {
                before.sessions().put(session, trail);
            }
        });
        return new Checkpoint(frame.position(), before.sessions());
    }

    /** Returns when {@code reached} is on the disk. {@code changed}: the sessions that are not as they were the last time. */
    void save(Checkpoint reached, SortedSet<Long> changed) throws IOException {
        if (end == 0 || end > Math.max(LEAST_BYTES, GROWTH * wholeBytes)) {
            saveWhole(reached);
            return;
        }
        TreeMap<Long, @Nullable Trail> sessions = new TreeMap<>();
        changed.forEach(session -> sessions.put(session, reached.sessions().get(session)));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            long begin = end;
            // A frame that fails half-way is written over by the next.
            end = begin + write(channel, begin, new Frame(reached.position(), sessions));
        }
    }

    private void saveWhole(Checkpoint reached) throws IOException {
        Path written = file.resolveSibling(NAME + ".new");
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            wholeBytes = write(channel, 0, new Frame(reached.position(), new TreeMap<>(reached.sessions())));
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        end = wholeBytes;
    }

    private static long write(FileChannel channel, long at, Frame frame) throws IOException {
        byte[] json = JSON.writeValueAsBytes(frame);
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + json.length)
                .putInt(json.length)
                .putInt(checksum(json, 0, json.length))
                .put(json)
                .flip();
        channel.truncate(at);
        for (long to = at; out.hasRemaining(); ) {
            to += channel.write(out, to);
        }
        channel.force(true);
        return HEADER_BYTES + json.length;
    }

    private static int checksum(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    /** How long the file is. */
    long bytes() {
        return end;
    }
}
