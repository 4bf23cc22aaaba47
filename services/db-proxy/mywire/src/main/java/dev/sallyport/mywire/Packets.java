package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** Writing whole packets of our own, all of them short: {@code u24le length, u8 sequence, payload}. */
public final class Packets {

    /** A frame of this length says that the packet goes on in the next frame. */
    static final int FULL_FRAME = 0xFFFFFF;

    static final int HEADER_BYTES = 4;

    private Packets() {}

    /** A packet around {@code payload}. */
    public static ByteBuf of(ByteBufAllocator allocator, int sequence, byte[] payload) {
        if (payload.length >= FULL_FRAME) {
            throw new IllegalArgumentException("a packet of our own fits one frame");
        }
        ByteBuf packet = allocator.buffer(HEADER_BYTES + payload.length);
        packet.writeMediumLE(payload.length);
        packet.writeByte(sequence);
        return packet.writeBytes(payload);
    }

    static void writeLenenc(ByteBuf to, int value) {
        if (value < 0xFB) {
            to.writeByte(value);
        } else if (value <= 0xFFFF) {
            to.writeByte(0xFC).writeShortLE(value);
        } else {
            to.writeByte(0xFD).writeMediumLE(value);
        }
    }

    static void writeNul(ByteBuf to, String text) {
        to.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }

    static byte[] drain(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        return bytes;
    }
}
