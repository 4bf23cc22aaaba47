package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the packets of a login one by one, out of bytes split anywhere. Each is kept whole, which is why they are bounded.
 */
public final class LoginPackets {

    /** The longest payload that is taken before the login is through; attributes alone may have 64 KiB minus one. */
    public static final int MAX_BYTES = 96 * 1024;

    private final ByteBuf gathered = Unpooled.buffer(256, Packets.HEADER_BYTES + MAX_BYTES);
    private int sequence;

    /**
     * Reads from {@code in} up to the end of one packet at most.
     *
     * @return its payload, good until the next call; null when more bytes are needed
     * @throws MalformedPacketException when it is too long, or out of order
     */
    public @Nullable ByteBuf next(ByteBuf in) {
        if (gathered.readerIndex() > 0) {
            gathered.clear();
        }
        take(in, Packets.HEADER_BYTES);
        if (gathered.readableBytes() < Packets.HEADER_BYTES) {
            return null;
        }
        int length = gathered.getUnsignedMediumLE(0);
        if (length > MAX_BYTES) {
            throw new MalformedPacketException("a packet of at most " + MAX_BYTES + " bytes was expected");
        }
        if (gathered.getUnsignedByte(3) != (sequence & 0xFF)) {
            throw new MalformedPacketException("packets out of order");
        }
        take(in, Packets.HEADER_BYTES + length);
        if (gathered.readableBytes() < Packets.HEADER_BYTES + length) {
            return null;
        }
        sequence++;
        return gathered.skipBytes(Packets.HEADER_BYTES);
    }

    /** The number of the next packet of either side; this call counts it. */
    public int nextSequence() {
        return sequence++ & 0xFF;
    }

    private void take(ByteBuf in, int upTo) {
        int wanted = Math.min(upTo - gathered.writerIndex(), in.readableBytes());
        if (wanted > 0) {
            gathered.writeBytes(in, wanted);
        }
    }
}
