package dev.sallyport.cli.ssm.channel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One stream of smux, version 1 ({@code xtaci/smux}, {@code frame.go}): what the agent has between the data channel and the port. A
 * frame is version, command, length and stream, the latter two little-endian, then its data. There is no window: backpressure is that
 * of the data channel.
 */
public final class Smux {

    /** What a frame adds to its data. */
    public static final int HEADER_BYTES = 8;

    /** The client's first stream: ids are odd, and the library's first is not 1. */
    private static final int STREAM = 3;

    private static final byte VERSION = 1;
    private static final byte SYN = 0;
    private static final byte FIN = 1;
    private static final byte PSH = 2;
    private static final byte NOP = 3;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int left;
    private boolean ours;
    private boolean closed;

    /** Takes what comes out of the stream. */
    public interface Sink {

        void data(byte[] bytes, int offset, int length);

        /** The other side has closed the stream, in both directions; nothing comes after it. */
        void closed();
    }

    /** Opens the stream. */
    public static byte[] open() {
        return frame(SYN, new byte[0], 0);
    }

    /** Ends the stream. */
    public static byte[] close() {
        return frame(FIN, new byte[0], 0);
    }

    /** Says that we are still here. */
    public static byte[] keepAlive() {
        byte[] frame = frame(NOP, new byte[0], 0);
        frame[4] = 0;
        return frame;
    }

    /** Some data. @param length up to 65,535 */
    public static byte[] data(byte[] bytes, int length) {
        return frame(PSH, bytes, length);
    }

    private static byte[] frame(byte command, byte[] bytes, int length) {
        return ByteBuffer.allocate(HEADER_BYTES + length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(VERSION)
                .put(command)
                .putShort((short) length)
                .putInt(STREAM)
                .put(bytes, 0, length)
                .array();
    }

    /**
     * Reads on, wherever the frames are cut; keeps no more than a header.
     *
     * @throws MalformedMessage when it is not smux, version 1
     */
    public void read(byte[] bytes, Sink sink) throws MalformedMessage {
        int at = 0;
        while (at < bytes.length) {
            if (left > 0) {
                int length = Math.min(left, bytes.length - at);
                if (ours && !closed) {
                    sink.data(bytes, at, length);
                }
                at += length;
                left -= length;
            } else {
                header.put(bytes[at++]);
                if (!header.hasRemaining()) {
                    begin(sink);
                }
            }
        }
    }

    private void begin(Sink sink) throws MalformedMessage {
        header.flip();
        byte version = header.get();
        byte command = header.get();
        int length = Short.toUnsignedInt(header.getShort());
        ours = header.getInt() == STREAM;
        header.clear();
        if (version != VERSION || command < SYN || command > NOP || (command != PSH && length > 0)) {
            throw new MalformedMessage("a frame of version " + version + " and command " + command + ": not smux 1");
        }
        left = length;
        if (command == FIN && ours && !closed) {
            closed = true;
            sink.closed();
        }
    }
}
