package dev.sallyport.proxy.audit;

import dev.sallyport.kernel.SessionId;
import java.nio.charset.Charset;

/**
 * The record of one session, from {@code session.opened} to {@code session.closed}. Confined to the event loop of its
 * connection.
 *
 * <p>When too much is waiting to be shipped the proxy stops reading the client by itself; the handler has nothing to do for
 * that.
 */
public interface AuditedSession {

    /** Its id, for logs and errors. */
    SessionId id();

    /**
     * In which character set the client writes SQL from now on; UTF-8 until told otherwise. Bytes that are none of its
     * characters are recorded as U+FFFD.
     */
    void charset(Charset charset);

    /**
     * Begins the intent of a statement. One intent is written at a time: the one before must be {@linkplain Statement#ready
     * ready} or {@linkplain Statement#abandon abandoned}. Any number of ready ones may wait for their outcome.
     *
     * @param kind how the protocol carries it: {@code simple}, {@code execute}, {@code query}, {@code stmt_execute}, …; ASCII,
     *     at most 32 characters
     * @throws IllegalStateException when the intent before is still being written
     */
    Statement begin(String kind);

    /** What the target says about its transaction outside of any statement's outcome. */
    void transaction(Transaction transaction);

    /** Counts bytes read from the client, whatever they were. */
    void countFromClient(long bytes);

    /** Counts bytes sent to the client, whatever they were. */
    void countToClient(long bytes);
}
