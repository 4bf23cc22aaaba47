package dev.sallyport.cli.local;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The one folder in which the local stack keeps everything: data, keys, settings, logs, pids. Only its owner may enter it.
 * {@code SALLYPORT_HOME} names it; otherwise it is {@code .sallyport} beside the script.
 */
public record Home(Path directory) {

    /** The folder that the environment names. */
    public static Home fromEnvironment() {
        String named = System.getenv("SALLYPORT_HOME");
        if (named != null && !named.isBlank()) {
            return new Home(Path.of(named).toAbsolutePath().normalize());
        }
        return new Home(Checkout.directory().resolve(".sallyport"));
    }

    /** A folder inside, made when missing. */
    public Path folder(String name) {
        Path folder = directory.resolve(name);
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + folder, e);
        }
    }

    /** Writes a file that only its owner can read; readers see the old or the new one, never a half. */
    public void writePrivately(Path file, String text) {
        try {
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    "." + file.getFileName(),
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /** What {@code file} holds; empty when there is none. */
    public Optional<String> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /**
     * Keeps other commands from starting or stopping this stack until the lock is closed.
     *
     * @throws CommandFailure when another one is at it
     */
    public FileLock lock() {
        Path file = folder("run").resolve("lock");
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "another sally is starting or stopping this stack (" + directory + "); wait for it");
            }
            return lock;
        } catch (OverlappingFileLockException e) {
            throw new IllegalStateException("this process holds " + file + " already", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + file, e);
        }
    }
}
