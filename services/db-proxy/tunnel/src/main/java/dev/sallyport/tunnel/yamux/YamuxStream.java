package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** One stream of a {@link YamuxSession}, of the same thread. */
public final class YamuxStream {

    private final YamuxSession session;
    private final int id;
    private final boolean ours;
    private @Nullable StreamEvents events;
    private boolean acknowledged;
    private boolean finished;
    private boolean finishedByPeer;
    private boolean over;
    /** What comes is thrown away. */
    private boolean closed;

    private int sendWindow = YamuxLimits.INITIAL_WINDOW_BYTES;
    private int receiveWindow;
    private int unannounced;

    YamuxStream(YamuxSession session, int id, boolean ours) {
        this.session = session;
        this.id = id;
        this.ours = ours;
        this.receiveWindow = session.limits().windowBytes();
    }

    /** Its number. */
    public int id() {
        return id;
    }

    void listen(StreamEvents listener) {
        events = listener;
    }

    /** How many bytes may be sent now; 0 also when the stream is over or finished. */
    public int window() {
        return over || finished ? 0 : sendWindow;
    }

    /**
     * Sends {@code bytes}, and takes them over.
     *
     * @throws IllegalStateException when they are more than {@link #window}
     */
    public void send(ByteBuf bytes) {
        int length = bytes.readableBytes();
        if (length > window()) {
            bytes.release();
            throw new IllegalStateException(length + " bytes do not fit in a window of " + window());
        }
        sendWindow -= length;
        session.send(Frames.DATA, Frames.NO_FLAGS, id, length);
        session.send(bytes);
    }

    /** {@code bytes} of what came are dealt with: the peer may send as much again. */
    public void consumed(int bytes) {
        unannounced += bytes;
        if (!over && !finishedByPeer && unannounced >= session.limits().windowBytes() / 2) {
            receiveWindow += unannounced;
            session.send(Frames.WINDOW_UPDATE, Frames.NO_FLAGS, id, unannounced);
            unannounced = 0;
        }
    }

    /** Sends no more; what the peer still sends is taken. */
    public void finish() {
        if (!over && !finished) {
            finished = true;
            session.send(Frames.WINDOW_UPDATE, Frames.FIN, id, 0);
            endWhenBothFinished();
        }
    }

    /** Sends no more, and throws away what the peer still sends. */
    public void close() {
        closed = true;
        finish();
    }

    /** Ends the stream at once, on both sides. */
    public void reset() {
        if (!over) {
            session.send(Frames.WINDOW_UPDATE, Frames.RST, id, 0);
            end();
        }
    }

    /** Whether nothing more goes either way. */
    public boolean over() {
        return over;
    }

    void acknowledgedByPeer() {
        if (!ours) {
            throw new YamuxException("stream " + id + " is acknowledged by who opened it");
        }
        if (!acknowledged) {
            acknowledged = true;
            session.acknowledged();
        }
    }

    void windowGrownByPeer(int bytes) {
        if (bytes < 0 || sendWindow + bytes < 0) {
            throw new YamuxException("the window of stream " + id + " grows beyond 2 GiB");
        }
        sendWindow += bytes;
        if (bytes > 0 && events != null && window() > 0) {
            events.windowGrown();
        }
    }

    /** A frame of {@code bytes} begins. */
    void announced(int bytes) {
        if (bytes > receiveWindow) {
            throw new YamuxException("stream " + id + " sends " + bytes + " bytes into a window of " + receiveWindow);
        }
        if (bytes > 0 && finishedByPeer) {
            throw new YamuxException("stream " + id + " sends more behind its end");
        }
        receiveWindow -= bytes;
    }

    void received(ByteBuf bytes) {
        StreamEvents listener = events;
        if (over || closed || listener == null) {
            bytes.release();
        } else {
            listener.data(bytes);
        }
    }

    void finishedByPeer() {
        if (over) {
            return;
        }
        if (finishedByPeer) {
            throw new YamuxException("stream " + id + " ends twice");
        }
        finishedByPeer = true;
        StreamEvents listener = events;
        if (!closed && listener != null) {
            listener.finished();
        }
        endWhenBothFinished();
    }

    void resetByPeer() {
        if (over) {
            return;
        }
        end();
        StreamEvents listener = events;
        if (listener != null) {
            listener.reset();
        }
    }

    private void endWhenBothFinished() {
        if (finished && finishedByPeer && !over) {
            end();
        }
    }

    private void end() {
        over = true;
        if (ours && !acknowledged) {
            acknowledged = true;
            session.acknowledged();
        }
        session.forget(this);
    }

    boolean ours() {
        return ours;
    }
}
