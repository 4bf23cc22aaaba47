package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Follows the target's responses in place. Rows cost the reading of a header and of one byte; only what says something about
 * the statement (OK, EOF, ERR, the answer to a preparation) is read, up to {@value #MAX_KEPT_BYTES} bytes of it.
 *
 * <pre>
 *  FIRST ─ OK, ERR ─▶ done                              PREPARED ─ ERR ─▶ done
 *    │ │ a file is asked for ─▶ FILE ─ sent ─▶ FIRST        │ OK
 *    │ column count                                         │
 *  COLUMNS ×n ─▶ [COLUMNS_END ─ cursor ─▶ done]          DEFINITIONS ×n ─▶ done
 *    │
 *  ROWS ×n ─ EOF, OK, ERR ─▶ done, or FIRST when more results follow
 * </pre>
 *
 * <p>Where files may not be asked for, the request is kept from the client, and so is all else that the target says of the
 * command from there on: see {@link #read}.
 */
final class ResponseReader {

    /** Of a packet that is read itself. */
    static final int MAX_KEPT_BYTES = 16 * 1024;

    private static final int FILE_REQUEST = 0xFB;
    private static final int STATUS_IN_TRANSACTION = 0x0001;
    private static final int STATUS_MORE_RESULTS = 0x0008;
    private static final int STATUS_CURSOR_EXISTS = 0x0040;
    private static final int STATUS_SESSION_CHANGED = 0x4000;

    /** What is awaited. */
    enum Awaited {
        NOTHING,
        FIRST,
        COLUMNS,
        COLUMNS_END,
        ROWS,
        PREPARED,
        DEFINITIONS,
        /** One OK, EOF or ERR. */
        SIMPLE,
        /** One text, whatever it is. */
        TEXT,
        /** The client sends a file; the target may have its say before the end. */
        FILE
    }

    /** What came of a command. */
    interface Listener {
        void prepared(int id, int parameters);

        void ended(long rows, boolean inTransaction);

        void failed(ErrPacket error);

        /** The client is asked for a file; {@link ResponseReader#fileSent} when all of it is with the target. */
        void fileAsked(ByteBuf name);

        /** A file was asked for that may not be: the target is to be sent an empty one. */
        void fileDenied();

        /** All that the target has to say of a command with a denied file is said. */
        void endedWithout(int sequence);

        void characterSet(String name);
    }

    private final Listener listener;
    private final boolean deprecateEof;
    private final boolean sessionTrack;
    private final boolean localFiles;
    private final PayloadReader payload = new PayloadReader();
    private @Nullable ByteBuf kept;
    private Awaited awaited = Awaited.NOTHING;
    private long packetsLeft;
    private long rows;
    private boolean inTransaction;

    private int header;
    private int headerBytes;
    private int frameLeft;
    private boolean headerRead;
    private boolean continues;
    private boolean continuation;
    private int first = -1;
    private int firstLength;
    private int sequence;
    /** Where in the buffer the packet begins; where the buffer begins for one that is carried over. */
    private int packetAt;

    private int passedUpTo;
    private boolean denying;
    private int deniedAt;

    ResponseReader(Listener listener, int capabilities) {
        this.listener = listener;
        this.deprecateEof = Capabilities.has(capabilities, Capabilities.DEPRECATE_EOF);
        this.sessionTrack = Capabilities.has(capabilities, Capabilities.SESSION_TRACK);
        this.localFiles = Capabilities.has(capabilities, Capabilities.LOCAL_FILES);
    }

    void expect(Awaited next) {
        awaited = next;
        rows = 0;
        sequence = 0;
    }

    /** The client has sent its file. */
    void fileSent() {
        if (awaited == Awaited.FILE) {
            awaited = Awaited.FIRST;
            sequence = 0;
        }
    }

    Awaited awaited() {
        return awaited;
    }

    /** Whether no packet is half-way through. */
    boolean betweenPackets() {
        return headerBytes == 0 && !headerRead && !continuation;
    }

    /** The number of the last packet read since {@link #expect}. */
    int sequence() {
        return sequence;
    }

    /**
     * Reads what there is, and leaves the buffer as it was.
     *
     * @return up to where the client may have it. What is behind is to be kept back while the packet is {@link #undecided}, and
     *     else not for the client at all
     */
    int read(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        packetAt = at;
        passedUpTo = denying ? at : end;
        while (at < end || (headerRead && frameLeft == 0)) {
            if (!headerRead) {
                at = header(in, at, end);
            } else if (first < 0 && !continuation && frameLeft > 0) {
                at = begin(in, at, end);
            } else {
                int taken = Math.min(frameLeft, end - at);
                keep(in, at, taken);
                at += taken;
                frameLeft -= taken;
                if (frameLeft == 0) {
                    frameEnd();
                }
            }
        }
        return undecided() ? packetAt : passedUpTo;
    }

    /** Whether a packet has begun that may be a request for a file, or is one, and is not whole. */
    boolean undecided() {
        boolean begun = headerBytes > 0 || headerRead;
        boolean possible = first < 0 || first == FILE_REQUEST;
        return awaited == Awaited.FIRST && !localFiles && !denying && begun && possible;
    }

    private int header(ByteBuf in, int from, int end) {
        int at = from;
        if (headerBytes == 0) {
            packetAt = at;
        }
        if (headerBytes == 0 && end - at >= Packets.HEADER_BYTES) {
            header = in.getIntLE(at);
            at += Packets.HEADER_BYTES;
        } else {
            while (headerBytes < Packets.HEADER_BYTES && at < end) {
                header = (headerBytes == 0 ? 0 : header) | in.getUnsignedByte(at++) << 8 * headerBytes++;
            }
            if (headerBytes < Packets.HEADER_BYTES) {
                return at;
            }
        }
        headerBytes = 0;
        headerRead = true;
        sequence = header >>> 24;
        frameLeft = header & Packets.FULL_FRAME;
        continues = frameLeft == Packets.FULL_FRAME;
        if (!continuation) {
            first = -1;
            firstLength = frameLeft;
        }
        return at;
    }

    /** The first byte of a packet: is it one to read? One that is here in full is read where it is. */
    private int begin(ByteBuf in, int at, int end) {
        first = in.getUnsignedByte(at);
        if (!toBeRead()) {
            return at;
        }
        if (first == FILE_REQUEST && awaited == Awaited.FIRST && firstLength > MAX_KEPT_BYTES) {
            throw new MalformedPacketException("a file's name of at most " + MAX_KEPT_BYTES + " bytes was expected");
        }
        if (end - at >= frameLeft && !continues) {
            payload.set(in, at, at + frameLeft);
            int next = at + frameLeft;
            frameLeft = 0;
            headerRead = false;
            packet();
            return next;
        }
        kept = Unpooled.buffer(Math.min(firstLength, 512), MAX_KEPT_BYTES);
        return at;
    }

    private void keep(ByteBuf in, int at, int taken) {
        if (kept != null) {
            kept.writeBytes(in, at, Math.min(taken, kept.maxWritableBytes()));
        }
    }

    private void frameEnd() {
        headerRead = false;
        continuation = continues;
        if (continuation) {
            return;
        }
        ByteBuf read = kept == null ? Unpooled.EMPTY_BUFFER : kept;
        kept = null;
        payload.set(read, 0, read.writerIndex());
        packet();
    }

    private boolean toBeRead() {
        return switch (awaited) {
            case FIRST, PREPARED, SIMPLE, COLUMNS_END, FILE -> true;
            case ROWS, DEFINITIONS -> first == ErrPacket.HEADER || endsRows();
            case COLUMNS, TEXT, NOTHING -> false;
        };
    }

    /** A row that begins with 0xFE has a first value of 16 MiB or more. */
    private boolean endsRows() {
        return first == 0xFE && (deprecateEof ? firstLength < Packets.FULL_FRAME : firstLength < 9);
    }

    private void packet() {
        switch (awaited) {
            case NOTHING -> {
                // What a server says by itself, before it closes: it is passed on.
            }
            case TEXT -> end();
            case FIRST, FILE -> firstOfResult();
            case COLUMNS -> {
                if (--packetsLeft == 0) {
                    awaited = deprecateEof ? Awaited.ROWS : Awaited.COLUMNS_END;
                }
            }
            case COLUMNS_END -> {
                if ((status() & STATUS_CURSOR_EXISTS) != 0) {
                    end();
                } else {
                    awaited = Awaited.ROWS;
                }
            }
            case ROWS -> row();
            case PREPARED -> prepared();
            case DEFINITIONS -> {
                if (--packetsLeft == 0) {
                    end();
                }
            }
            case SIMPLE -> simple();
        }
        first = -1;
    }

    private void firstOfResult() {
        switch (first) {
            case 0x00 -> ok();
            case ErrPacket.HEADER -> error();
            case FILE_REQUEST -> file();
            default -> {
                packetsLeft = payload.lenenc();
                if (packetsLeft <= 0) {
                    throw new MalformedPacketException("a count of columns was expected");
                }
                awaited = Awaited.COLUMNS;
            }
        }
    }

    private void file() {
        if (awaited == Awaited.FILE) {
            throw new MalformedPacketException("one file at a time was expected");
        }
        if (localFiles) {
            awaited = Awaited.FILE;
            payload.skip(1);
            listener.fileAsked(Unpooled.wrappedBuffer(payload.rest()));
        } else {
            if (!denying) {
                denying = true;
                deniedAt = sequence;
                passedUpTo = packetAt;
            }
            listener.fileDenied();
        }
    }

    private void row() {
        if (first == ErrPacket.HEADER) {
            error();
        } else if (endsRows()) {
            resultEnd(status());
        } else {
            rows++;
        }
    }

    private void prepared() {
        if (first == ErrPacket.HEADER) {
            error();
            return;
        }
        if (first != 0x00) {
            throw new MalformedPacketException("an answer to the preparation was expected");
        }
        payload.skip(1);
        int id = payload.i32();
        int columns = payload.u16();
        int parameters = payload.u16();
        listener.prepared(id, parameters);
        int ends = deprecateEof ? 0 : (columns > 0 ? 1 : 0) + (parameters > 0 ? 1 : 0);
        packetsLeft = (long) columns + parameters + ends;
        if (packetsLeft == 0) {
            end();
        } else {
            awaited = Awaited.DEFINITIONS;
        }
    }

    private void simple() {
        switch (first) {
            case 0x00 -> ok();
            case ErrPacket.HEADER -> error();
            case 0xFE -> resultEnd(status());
            default -> throw new MalformedPacketException("OK, EOF or ERR was expected");
        }
    }

    private void ok() {
        payload.skip(1);
        rows += payload.lenenc();
        payload.skipLenencInteger();
        int status = payload.u16();
        payload.skip(2);
        sessionChanges(status);
        resultEnd(status);
    }

    /** The status of an EOF, or of the OK that stands for one. */
    private int status() {
        payload.skip(1);
        if (!deprecateEof || firstLength < 7) {
            payload.skip(2);
            return payload.u16();
        }
        payload.skipLenencInteger();
        payload.skipLenencInteger();
        int status = payload.u16();
        payload.skip(2);
        sessionChanges(status);
        return status;
    }

    private void sessionChanges(int status) {
        if (sessionTrack && (status & STATUS_SESSION_CHANGED) != 0 && payload.remaining() > 0) {
            try {
                SessionChanges.read(payload, listener::characterSet);
            } catch (MalformedPacketException cut) {
                // Longer than what is kept: the rest says nothing that matters here.
            }
        }
    }

    private void resultEnd(int status) {
        inTransaction = (status & STATUS_IN_TRANSACTION) != 0;
        if ((status & STATUS_MORE_RESULTS) != 0) {
            awaited = Awaited.FIRST;
        } else {
            end();
        }
    }

    private void end() {
        awaited = Awaited.NOTHING;
        if (!endedWithout()) {
            listener.ended(rows, inTransaction);
        }
    }

    private void error() {
        awaited = Awaited.NOTHING;
        if (!endedWithout()) {
            listener.failed(ErrPacket.decode(payload));
        }
    }

    private boolean endedWithout() {
        boolean denied = denying;
        denying = false;
        if (denied) {
            listener.endedWithout(deniedAt);
        }
        return denied;
    }
}
