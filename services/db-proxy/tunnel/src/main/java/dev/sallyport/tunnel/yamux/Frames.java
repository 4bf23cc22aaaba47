package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;

/** A frame's head (spec, "Framing"). */
final class Frames {

    static final int HEAD_BYTES = 12;

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int NO_FLAGS = 0;
    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;
    static final int ALL_FLAGS = SYN | ACK | FIN | RST;

    /** The stream of pings and of the going away. */
    static final int SESSION = 0;

    private static final int VERSION = 0;

    private Frames() {}

    static ByteBuf head(ByteBuf out, int type, int flags, int stream, int length) {
        return out.writeByte(VERSION)
                .writeByte(type)
                .writeShort(flags)
                .writeInt(stream)
                .writeInt(length);
    }

    static void checkVersion(int version) {
        if (version != VERSION) {
            throw new YamuxException("a frame has version " + version + ", and 0 is the only one");
        }
    }

    static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
