package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a conversation, in this order for each statement: {@link #begun}, any number of {@link #sql} and then
 * of {@link #parameter}, {@link #ready}, and one of {@link #done}, {@link #failed}, {@link #notExecuted}. An exception thrown
 * before or by {@link #ready} keeps the statement's last byte from being forwarded. Between {@link #ready} and the outcome the
 * target may ask for files: an exception thrown by {@link #fileAsked} keeps the client from being asked.
 */
public interface ConversationListener {

    /** @param kind {@code query}, {@code stmt_execute}, {@code stmt_fetch}, {@code stmt_prepare}, {@code init_db}, … */
    void begun(String kind);

    /** The next piece of the SQL, cut anywhere; good during the call only. */
    void sql(ByteBuf piece);

    /** The next parameter. @param name as the client gave it, which is how query attributes come; null for none */
    void parameter(@Nullable String name, String type, @Nullable CharSequence value);

    /** The statement is whole. @param bytes it took on the wire */
    void ready(long bytes);

    /**
     * The statement under way has the target ask the client for a file ({@code LOAD DATA LOCAL INFILE}), at most {@value
     * Conversation#MAX_FILES} times.
     *
     * @param name as the target says it, good during the call only
     */
    void fileAsked(ByteBuf name);

    /** That many more bytes of the file asked for last came from the client. */
    void fileBytes(int bytes);

    /** @param rows returned or changed */
    void done(long rows, boolean inTransaction);

    /** The target's own error. */
    void failed(ErrPacket error);

    /** It was prepared only. */
    void notExecuted();

    /** What a response that is no statement's says of the transaction. */
    void transaction(boolean active);

    /** The client writes SQL in this character set from now on. */
    void characterSet(Charset charset);
}
