package dev.sallyport.proxy.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the journal asks of the disk, and may have to wait for. Never called on an event loop. */
interface Disk {

    /** Writes {@code size} zeros, so that a full disk shows here and not as a fault in the middle of a record. */
    void fill(FileChannel file, int size) throws IOException;

    /** Returns when {@code mapped}, a piece of {@code file}, is on the disk, and survives a loss of power. */
    void force(FileChannel file, MemorySegment mapped) throws IOException;

    /** The same for the names of the files in {@code directory}. */
    void forceNames(Path directory) throws IOException;

    /** The disk there is. */
    Disk REAL = new Disk() {

        private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

        @Override
        public void fill(FileChannel file, int size) throws IOException {
            ByteBuffer zeros = ByteBuffer.allocate(64 * 1024);
            for (long written = 0; written < size; ) {
                zeros.clear().limit((int) Math.min(zeros.capacity(), size - written));
                written += file.write(zeros);
            }
        }

        @Override
        public void force(FileChannel file, MemorySegment mapped) throws IOException {
            if (LINUX) {
                // fdatasync(2), which takes what is mapped too. msync(2) would write the file's times as well: a
                // transaction of the file system for each flush, at up to three times the cost.
                file.force(false);
                return;
            }
            try {
                mapped.force();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }

        @Override
        public void forceNames(Path directory) throws IOException {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    };
}
