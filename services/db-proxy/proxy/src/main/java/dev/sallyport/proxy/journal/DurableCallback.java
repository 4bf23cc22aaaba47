package dev.sallyport.proxy.journal;

import dev.sallyport.proxy.audit.JournalException;
import org.jspecify.annotations.Nullable;

/** Whoever waits for a record to be on the disk. Called on the flusher's thread: must not block. */
@FunctionalInterface
public interface DurableCallback {

    /** @param failure null when the record is on the disk; else it may never be, and what it records must not happen */
    void done(@Nullable JournalException failure);
}
