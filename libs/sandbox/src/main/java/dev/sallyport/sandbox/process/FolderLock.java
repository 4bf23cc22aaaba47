package dev.sallyport.sandbox.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One at a time in a folder: other threads of this process wait for a lock of its own, other processes for the file's. */
public final class FolderLock {

    private static final Map<Path, Lock> THREADS = new ConcurrentHashMap<>();

    /** Does {@code work} while nobody else does any in {@code folder}, which is made when missing. */
    public static <T> T in(Path folder, Supplier<T> work) {
        Path file = folder.toAbsolutePath().normalize().resolve("lock");
        Lock threads = THREADS.computeIfAbsent(file, path -> new ReentrantLock());
        threads.lock();
        try {
            Files.createDirectories(file.getParent());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock processes = channel.lock()) {
                assert processes.isValid();
                return work.get();
            }
        } catch (IOException e) {
            throw new CannotStart("cannot lock " + file + ": " + e.getMessage(), e);
        } finally {
            threads.unlock();
        }
    }

    private FolderLock() {}
}
