package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;

/**
 * Where a stream of packets is: what is left of the frame at hand, and whether another follows because this one is as long as a
 * frame can be (MySQL Packets, "Sending more than 16MB").
 */
final class Frames {

    private int left;
    private boolean continues;
    private int header;
    private int headerBytes;
    private int sequence;

    /** A frame whose header somebody else has read. */
    void begin(int length, int number) {
        left = length;
        continues = length == Packets.FULL_FRAME;
        sequence = number;
    }

    /** Takes up to {@code available} bytes of the frame at hand, and says how many that are. */
    int take(int available) {
        int taken = Math.min(left, available);
        left -= taken;
        return taken;
    }

    /** Reads of the next frame's header what is there, and says where it stopped. */
    int readHeader(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end && headerBytes < Packets.HEADER_BYTES) {
            header = (headerBytes == 0 ? 0 : header) | in.getUnsignedByte(at++) << 8 * headerBytes++;
        }
        if (headerBytes == Packets.HEADER_BYTES) {
            headerBytes = 0;
            begin(header & Packets.FULL_FRAME, header >>> 24);
        }
        return at;
    }

    /** Whether there is nothing left of the frame at hand: a header comes next. */
    boolean frameEnded() {
        return left == 0;
    }

    /** Whether a part of a header is here. */
    boolean inHeader() {
        return headerBytes > 0;
    }

    /** Whether the frame at hand, or the last one, is followed by more of the same packet. */
    boolean continues() {
        return continues;
    }

    /** Whether the packet has ended. */
    boolean packetEnded() {
        return left == 0 && !continues && headerBytes == 0;
    }

    /** The number of the last frame. */
    int sequence() {
        return sequence;
    }

    /** The other side has spoken last, with this number. */
    void sequence(int number) {
        sequence = number;
    }
}
