package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.PgWireException;

/** How much SQL and how many parameters one conversation keeps for executions to come. */
final class Retention {

    /** What an entry costs besides its bytes. */
    static final int OVERHEAD_BYTES = 200;

    private final int maxBytes;
    private long bytes;

    Retention(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    int maxBytes() {
        return maxBytes;
    }

    void keep(int more) {
        if (bytes + more > maxBytes) {
            throw new PgWireException(
                    PgWireException.LIMIT_EXCEEDED,
                    "the prepared statements and portals of this connection hold more than " + maxBytes + " bytes");
        }
        bytes += more;
    }

    void release(int less) {
        bytes -= less;
    }
}
