package dev.sallyport.proxy.journal;

import java.nio.file.Path;

/**
 * Where the journal is and how large it may grow.
 *
 * @param segmentBytes of one file, 64 KiB to 1 GiB
 * @param maxSegments how many files there may be, at least 4; the last one takes outcomes and ends only, no new statements
 */
public record JournalSettings(Path directory, int segmentBytes, int maxSegments) {

    public JournalSettings {
        if (segmentBytes < 64 * 1024 || segmentBytes > 1 << 30) {
            throw new IllegalArgumentException(
                    "sallyport.proxy.journal.segment-bytes is " + segmentBytes + ": it must be 64 KiB to 1 GiB");
        }
        if (maxSegments < 4) {
            throw new IllegalArgumentException(
                    "sallyport.proxy.journal.max-segments is " + maxSegments + ": it must be at least 4");
        }
    }
}
