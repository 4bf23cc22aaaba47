package dev.sallyport.pgwire.conversation;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One statement, from its intent to its outcome. Intents are told while the client's bytes are parsed, so before any of them
 * can be passed on; outcomes in the order of the intents.
 */
public interface Recording {

    /** The next piece of the SQL: all readable bytes; borrowed. */
    void sql(ByteBuf piece);

    /**
     * The next parameter, in order, behind the SQL.
     *
     * @param type its name, or its number where it is not known
     * @param value null for NULL
     */
    void parameter(String type, @Nullable String value);

    /** The intent is whole. */
    void ready();

    /** The client vanished before the intent was whole. */
    void abandon();

    /** The client sent bytes for it. */
    void countFromClient(long bytes);

    /** The target sent bytes for it. */
    void countToClient(long bytes);

    /**
     * It was executed.
     *
     * @param rows as the target said; null when it said nothing
     * @param transaction the state behind it; null when the target has not said so yet
     */
    void done(@Nullable Long rows, @Nullable TransactionStatus transaction);

    /** It failed. */
    void failed(String sqlState, String message, @Nullable TransactionStatus transaction);

    /** It was never executed: one before it in the pipeline had failed. */
    void skipped();

    /** The connection ended before the outcome came. */
    void unknown();
}
