package dev.sallyport.pgwire;

import io.netty.buffer.ByteBuf;

/** What a {@link FrameParser} finds. Each method may throw {@link PgWireException}: then parsing is over. */
public interface FrameSink {

    /** The body is of no interest. */
    int SKIP = 0;

    /** The body is wanted as it comes, piece by piece. */
    int STREAM = -1;

    /**
     * A message begins.
     *
     * @param type its first byte
     * @param bodyBytes how long its body is, without type and length
     * @return {@link #SKIP}, {@link #STREAM}, or how many bytes of the body are wanted at once, in one piece; a longer body's
     *     rest is skipped
     */
    int begin(byte type, int bodyBytes);

    /**
     * The wanted bytes, in one piece: called once for a body that is not empty, unless it is skipped or streamed.
     *
     * @param in holds them from {@code index} on; borrowed
     */
    void body(ByteBuf in, int index, int length);

    /**
     * The next piece of a streamed body that is not empty.
     *
     * @param last whether the body ends with it
     * @return how many bytes were taken. Fewer than {@code length}: the caller must wait; the rest is offered again
     */
    int piece(ByteBuf in, int index, int length, boolean last);
}
