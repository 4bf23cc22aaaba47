package dev.sallyport.proxy.audit;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One statement in the journal: its intent, and later its outcome. Confined to the event loop of its session.
 *
 * <p>Each call that writes throws {@link JournalException} when it cannot; then the statement must not be forwarded, and the
 * session must end with {@link dev.sallyport.proxy.connection.CloseCause#JOURNAL_UNAVAILABLE}.
 */
public interface Statement {

    /** The longest value of one parameter that is kept, in characters. Pass more, and the rest is replaced by its length. */
    int MAX_PARAMETER_CHARS = 16 * 1024;

    /**
     * The next piece of the SQL: all readable bytes, which stay readable and stay the caller's. Any number of pieces of any
     * length, cut anywhere; what is kept in memory does not grow with them.
     *
     * @throws IllegalStateException after the first {@link #parameter}
     */
    void sql(ByteBuf piece);

    /**
     * The next parameter, in order, after all of the SQL.
     *
     * @param type the name of its type, or its number where the name is not known
     * @param value as text; null for NULL
     */
    default void parameter(String type, @Nullable CharSequence value) {
        parameter(null, type, value);
    }

    /**
     * The same of one that the client gave a name.
     *
     * @param name never empty; null for none
     */
    void parameter(@Nullable String name, String type, @Nullable CharSequence value);

    /** The intent is whole and in the journal: the last byte of the statement may be forwarded now, not before. */
    void ready();

    /** It was never {@linkplain #ready ready} and will never be forwarded whole: no event. */
    void abandon();

    /** Bytes that the client sent for it, besides those of its session. Until {@link #end}. */
    void countFromClient(long bytes);

    /** Bytes that the client got for it. Until {@link #end}. */
    void countToClient(long bytes);

    /**
     * The outcome, once, in the order in which the statements were begun (skipped ones too): the event's sequence counts what
     * was executed in that order. Statements that are ready and have no outcome when the session closes are
     * {@link Outcome.Unknown}.
     */
    void end(Outcome outcome);
}
