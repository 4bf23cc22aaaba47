package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One side of a yamux session. It parses what comes in place, passes payloads on by reference as they come, never whole frames,
 * and keeps none. Confined to one thread.
 */
public final class YamuxSession {

    /** Which side this is: the client's streams have odd numbers. */
    public enum Role {
        CLIENT,
        SERVER
    }

    private final Role role;
    private final YamuxLimits limits;
    private final ByteBufAllocator buffers;
    private final SessionEvents events;
    private final IntObjectMap<YamuxStream> streams = new IntObjectHashMap<>();
    private final ByteBuf head = Unpooled.buffer(Frames.HEAD_BYTES, Frames.HEAD_BYTES);

    private int next;
    private int highestOfPeer;
    private int streamsOfPeer;
    private int unacknowledged;
    private boolean goneAway;
    private boolean peerGoesAway;
    private boolean over;

    private int payloadLeft;
    private boolean payloadIsLast;
    private @Nullable YamuxStream payloadOf;

    public YamuxSession(Role role, YamuxLimits limits, ByteBufAllocator buffers, SessionEvents events) {
        this.role = role;
        this.limits = limits;
        this.buffers = buffers;
        this.events = events;
        this.next = role == Role.CLIENT ? 1 : 2;
    }

    /**
     * Bytes came of the peer; they are the session's now.
     *
     * @throws YamuxException when they are not the protocol: the peer has been told, and the connection is to be closed behind
     *     that
     */
    public void received(ByteBuf bytes) {
        try {
            while (bytes.isReadable() && !over) {
                if (payloadLeft > 0) {
                    readPayload(bytes);
                } else if (readHead(bytes)) {
                    readFrame();
                }
            }
        } catch (YamuxException violation) {
            goAway(GoAway.PROTOCOL_ERROR);
            over = true;
            throw violation;
        } finally {
            bytes.release();
        }
    }

    /**
     * Opens a stream.
     *
     * @return empty when the peer takes no more, too many wait for its acknowledgement, or the numbers are used up
     */
    public Optional<YamuxStream> open(StreamEvents listener) {
        if (over || peerGoesAway || unacknowledged >= limits.unacknowledged() || next < 0) {
            return Optional.empty();
        }
        YamuxStream stream = new YamuxStream(this, next, true);
        next += 2;
        unacknowledged++;
        stream.listen(listener);
        streams.put(stream.id(), stream);
        send(Frames.WINDOW_UPDATE, Frames.SYN, stream.id(), extraWindow());
        return Optional.of(stream);
    }

    /** Asks the peer for an answer that has the same value. */
    public void ping(int value) {
        send(Frames.PING, Frames.SYN, Frames.SESSION, value);
    }

    /** Takes no more streams, and says so, once. */
    public void goAway(GoAway reason) {
        if (!goneAway || reason != GoAway.NORMAL) {
            goneAway = true;
            send(Frames.GO_AWAY, Frames.NO_FLAGS, Frames.SESSION, reason.code());
        }
    }

    /** The connection is gone: ends every stream. */
    public void closed() {
        over = true;
        for (YamuxStream stream : List.copyOf(streams.values())) {
            stream.resetByPeer();
        }
    }

    /** How many streams there are, of both sides. */
    public int streams() {
        return streams.size();
    }

    /** Whether the peer takes streams still. */
    public boolean takesStreams() {
        return !over && !peerGoesAway;
    }

    YamuxLimits limits() {
        return limits;
    }

    void send(int type, int flags, int stream, int length) {
        events.send(Frames.head(buffers.buffer(Frames.HEAD_BYTES), type, flags, stream, length));
    }

    void send(ByteBuf payload) {
        events.send(payload);
    }

    void acknowledged() {
        unacknowledged--;
    }

    void forget(YamuxStream stream) {
        streams.remove(stream.id());
        if (!stream.ours()) {
            streamsOfPeer--;
        }
    }

    private boolean readHead(ByteBuf bytes) {
        head.writeBytes(bytes, Math.min(bytes.readableBytes(), head.writableBytes()));
        return !head.isWritable();
    }

    private void readFrame() {
        Frames.checkVersion(head.readUnsignedByte());
        int type = head.readUnsignedByte();
        int flags = head.readUnsignedShort();
        int stream = head.readInt();
        int length = head.readInt();
        head.clear();
        if ((flags & ~Frames.ALL_FLAGS) != 0) {
            throw new YamuxException("a frame has the unknown flags " + flags);
        }
        switch (type) {
            case Frames.DATA -> readData(flags, stream, length);
            case Frames.WINDOW_UPDATE -> readWindowUpdate(flags, stream, length);
            case Frames.PING -> readPing(flags, stream, length);
            case Frames.GO_AWAY -> readGoAway(flags, stream, length);
            default -> throw new YamuxException("a frame has the unknown type " + type);
        }
    }

    private void readData(int flags, int id, int length) {
        YamuxStream stream = streamOf(flags, id);
        if (stream != null) {
            stream.announced(checked(length));
        }
        boolean last = Frames.has(flags, Frames.FIN);
        if (length == 0) {
            if (stream != null && last) {
                stream.finishedByPeer();
            }
        } else {
            payloadLeft = checked(length);
            payloadOf = stream;
            payloadIsLast = last;
        }
    }

    /** No window was ever larger than ours, whatever stream it was. */
    private int checked(int length) {
        if (length < 0 || length > limits.windowBytes()) {
            throw new YamuxException(
                    "a frame of " + Integer.toUnsignedString(length) + " bytes is larger than a window");
        }
        return length;
    }

    private void readPayload(ByteBuf bytes) {
        int now = Math.min(payloadLeft, bytes.readableBytes());
        payloadLeft -= now;
        YamuxStream stream = payloadOf;
        if (stream == null) {
            bytes.skipBytes(now);
            return;
        }
        stream.received(bytes.readRetainedSlice(now));
        if (payloadLeft == 0) {
            payloadOf = null;
            if (payloadIsLast) {
                stream.finishedByPeer();
            }
        }
    }

    private void readWindowUpdate(int flags, int id, int delta) {
        YamuxStream stream = streamOf(flags, id);
        if (stream != null) {
            stream.windowGrownByPeer(delta);
            if (Frames.has(flags, Frames.FIN)) {
                stream.finishedByPeer();
            }
        }
    }

    /** The stream of a frame, opened, acknowledged and reset as its flags say; null when there is none any more. */
    private @Nullable YamuxStream streamOf(int flags, int id) {
        if (id == Frames.SESSION) {
            throw new YamuxException("a frame of no stream has data or a window");
        }
        YamuxStream stream = streams.get(id);
        if (Frames.has(flags, Frames.SYN)) {
            if (stream != null) {
                throw new YamuxException("stream " + id + " is opened twice");
            }
            stream = openedByPeer(id);
        } else if (stream == null && !wasOpened(id)) {
            throw new YamuxException("stream " + id + " was never opened");
        }
        if (stream != null && Frames.has(flags, Frames.ACK)) {
            stream.acknowledgedByPeer();
        }
        if (stream != null && Frames.has(flags, Frames.RST)) {
            stream.resetByPeer();
            return null;
        }
        return stream;
    }

    private @Nullable YamuxStream openedByPeer(int id) {
        if (isOurs(id)) {
            throw new YamuxException("stream " + id + " has a number of the other side");
        }
        // Not "has to be higher": two threads of a peer may take numbers in one order and send in another.
        if (Integer.compareUnsigned(id, highestOfPeer) > 0) {
            highestOfPeer = id;
        }
        if (goneAway || streamsOfPeer >= limits.streams()) {
            send(Frames.WINDOW_UPDATE, Frames.RST, id, 0);
            return null;
        }
        YamuxStream stream = new YamuxStream(this, id, false);
        streams.put(id, stream);
        streamsOfPeer++;
        send(Frames.WINDOW_UPDATE, Frames.ACK, id, extraWindow());
        stream.listen(events.opened(stream));
        return stream.over() ? null : stream;
    }

    private boolean isOurs(int id) {
        return (id & 1) == (role == Role.CLIENT ? 1 : 0);
    }

    private boolean wasOpened(int id) {
        return isOurs(id) ? Integer.compareUnsigned(id, next) < 0 : Integer.compareUnsigned(id, highestOfPeer) <= 0;
    }

    private int extraWindow() {
        return limits.windowBytes() - YamuxLimits.INITIAL_WINDOW_BYTES;
    }

    private void readPing(int flags, int id, int value) {
        if (id != Frames.SESSION) {
            throw new YamuxException("a ping is of stream " + id);
        }
        switch (flags) {
            case Frames.SYN -> send(Frames.PING, Frames.ACK, Frames.SESSION, value);
            case Frames.ACK -> events.pong(value);
            default -> throw new YamuxException("a ping has the flags " + flags);
        }
    }

    private void readGoAway(int flags, int id, int code) {
        if (id != Frames.SESSION || flags != Frames.NO_FLAGS) {
            throw new YamuxException("a going away is of stream " + id + " and has the flags " + flags);
        }
        GoAway reason = GoAway.of(code)
                .orElseThrow(() -> new YamuxException("the peer goes away for the unknown reason " + code));
        peerGoesAway = true;
        over = over || reason != GoAway.NORMAL;
        events.goingAway(reason);
    }
}
