package dev.sallyport.sandbox.files;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** A JSON document that only its owner may read, replaced as a whole. */
public record StateFile(Path path) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty when nothing was written yet. */
    public <T> Optional<T> read(Class<T> type) {
        return read(JSON.constructType(type));
    }

    /** The same for a document of a generic type. */
    public <T> Optional<T> read(TypeReference<T> type) {
        return read(JSON.constructType(type));
    }

    private <T> Optional<T> read(JavaType type) {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(path), type));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** Readers see the document before or this one, never a half. */
    public void write(Object document) {
        try {
            Path folder = path.toAbsolutePath().getParent();
            Files.createDirectories(folder);
            Path fresh = Files.createTempFile(
                    folder,
                    ".state",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, JSON.writeValueAsString(document));
            Files.move(fresh, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }
}
