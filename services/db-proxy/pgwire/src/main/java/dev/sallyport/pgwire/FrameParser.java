package dev.sallyport.pgwire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Finds the messages in one direction of a connection (Overview: "the first byte of a message identifies the message type, and
 * the next four bytes specify the length"). It reads in place and moves no index, so the buffers can be passed on afterwards.
 * What it holds between reads is at most the piece that its {@link FrameSink} asked for in one piece.
 */
public final class FrameParser {

    /** PostgreSQL's own bound, {@code PQ_LARGE_MESSAGE_LIMIT} (MaxAllocSize - 1), and the length itself. */
    public static final int MAX_LENGTH = 0x3fff_ffff + 4;

    private static final int HEADER_BYTES = 5;
    private static final int FIRST_CAPACITY = 512;

    private final FrameSink sink;

    private int headerSeen;
    private byte type;
    private int length;
    private int left;
    private int wanted;
    private boolean streaming;
    private @Nullable ByteBuf held;

    public FrameParser(FrameSink sink) {
        this.sink = sink;
    }

    /**
     * Parses the readable bytes of {@code in}.
     *
     * @return how many were parsed: all, or fewer when the sink must wait. Offer the rest again, before anything newer
     */
    public int parse(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int index = start;
        while (index < end) {
            if (left == 0) {
                index = header(in, index, end);
            } else if (streaming) {
                int offered = Math.min(left, end - index);
                int taken = sink.piece(in, index, offered, offered == left);
                left -= taken;
                index += taken;
                if (taken < offered) {
                    break;
                }
            } else if (wanted > 0) {
                index = wantedBody(in, index, end);
            } else {
                int skipped = Math.min(left, end - index);
                left -= skipped;
                index += skipped;
            }
        }
        return index - start;
    }

    /** Whether the bytes so far end between two messages. */
    public boolean betweenMessages() {
        return headerSeen == 0 && left == 0;
    }

    private int header(ByteBuf in, int index, int end) {
        if (headerSeen == 0 && end - index >= HEADER_BYTES) {
            type = in.getByte(index);
            length = in.getInt(index + 1);
            begin();
            return index + HEADER_BYTES;
        }
        int at = index;
        while (at < end && headerSeen < HEADER_BYTES) {
            byte next = in.getByte(at++);
            if (headerSeen++ == 0) {
                type = next;
                length = 0;
            } else {
                length = length << 8 | next & 0xff;
            }
        }
        if (headerSeen == HEADER_BYTES) {
            headerSeen = 0;
            begin();
        }
        return at;
    }

    private void begin() {
        if (length < 4 || length > MAX_LENGTH) {
            throw PgWireException.violation("invalid length of a message of type " + Messages.name(type));
        }
        int body = length - 4;
        int wish = sink.begin(type, body);
        left = body;
        streaming = wish == FrameSink.STREAM;
        wanted = streaming ? 0 : Math.min(wish, body);
    }

    private int wantedBody(ByteBuf in, int index, int end) {
        ByteBuf soFar = held;
        if (soFar == null && end - index >= wanted) {
            return bodySeen(in, index, index + wanted);
        }
        if (soFar == null) {
            // Grows with what comes, not with what is announced.
            soFar = Unpooled.buffer(Math.min(wanted, FIRST_CAPACITY), wanted);
            held = soFar;
        }
        int taken = Math.min(wanted - soFar.readableBytes(), end - index);
        soFar.writeBytes(in, index, taken);
        if (soFar.readableBytes() == wanted) {
            held = null;
            bodySeen(soFar, 0, wanted);
        }
        return index + taken;
    }

    private int bodySeen(ByteBuf in, int index, int nextIndex) {
        int seen = wanted;
        left -= seen;
        wanted = 0;
        sink.body(in, index, seen);
        return nextIndex;
    }
}
