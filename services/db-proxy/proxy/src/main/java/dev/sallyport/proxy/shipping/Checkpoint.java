package dev.sallyport.proxy.shipping;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.journal.Position;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * How far the journal is shipped: all before {@code position} is acknowledged, and these sessions were open there.
 *
 * @param sessions by their number in the journal
 */
record Checkpoint(Position position, TreeMap<Long, Trail> sessions) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .build();

    /** Before everything. */
    static Checkpoint start() {
        return new Checkpoint(Position.START, new TreeMap<>());
    }

    /** @throws JournalException when there is one that cannot be read */
    static Checkpoint load(Path file) {
        try {
            return JSON.readValue(Files.readAllBytes(file), Checkpoint.class);
        } catch (NoSuchFileException e) {
            return start();
        } catch (IOException e) {
            throw new JournalException("the checkpoint " + file + " cannot be read: "
                    + e.getClass().getSimpleName());
        }
    }

    /** Replaces the file at once: a reader finds the old one or the new one. */
    void save(Path file) throws IOException {
        Path written = file.resolveSibling(file.getFileName() + ".new");
        Files.write(written, bytes());
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A copy that shares nothing. */
    Checkpoint copy() throws IOException {
        return JSON.readValue(bytes(), Checkpoint.class);
    }

    /** The segments before {@link #position} that are needed still. */
    Set<Long> pinned() {
        Set<Long> pinned = new HashSet<>();
        sessions.values().forEach(trail -> trail.pin(pinned));
        return pinned;
    }

    byte[] bytes() throws IOException {
        return JSON.writeValueAsBytes(this);
    }
}
