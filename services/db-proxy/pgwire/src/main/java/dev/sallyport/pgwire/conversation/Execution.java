package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.ErrorFields;
import org.jspecify.annotations.Nullable;

/** What the target has said so far about one statement in execution. */
final class Execution {

    final Recording recording;
    private boolean counted;
    private long rows;
    private long rowsSeen;
    private long bytesToClient;
    private boolean skipped;
    private @Nullable ErrorFields error;

    Execution(Recording recording) {
        this.recording = recording;
    }

    void rowSeen() {
        rowsSeen++;
    }

    void countToClient(long bytes) {
        bytesToClient += bytes;
    }

    /** One command is complete. In a Query there may be several: their rows add up. */
    void complete(CommandTag tag) {
        if (tag.rows() >= 0) {
            counted = true;
            rows += tag.rows();
        }
        rowsSeen = 0;
    }

    /** More rows are to be had: the target has not said how many these were. */
    void suspended() {
        counted = true;
        rows += rowsSeen;
    }

    /** The first error counts. */
    void fail(ErrorFields fields) {
        if (error == null) {
            error = fields;
        }
    }

    /** The target passes over it. */
    void skip() {
        skipped = true;
    }

    void unknown() {
        recording.countToClient(bytesToClient);
        recording.unknown();
    }

    void settle(@Nullable TransactionStatus transaction) {
        recording.countToClient(bytesToClient);
        ErrorFields failure = error;
        if (skipped) {
            recording.skipped();
        } else if (failure != null) {
            recording.failed(failure.sqlState(), failure.message(), transaction);
        } else {
            recording.done(counted ? rows : null, transaction);
        }
    }
}
