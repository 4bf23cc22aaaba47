package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A session whose peer is the test: all that it sends and tells is written down. */
final class Recorder implements SessionEvents {

    final YamuxSession session;
    final Map<Integer, YamuxStream> streams = new TreeMap<>();
    private final List<String> log = new ArrayList<>();
    /** What was sent and not written down yet: pieces of a frame belong together. */
    private final ByteBuf sent = Unpooled.buffer();

    Recorder(YamuxSession.Role role, YamuxLimits limits) {
        session = new YamuxSession(role, limits, UnpooledByteBufAllocator.DEFAULT, this);
    }

    void replay(YamuxScript script) {
        for (YamuxScript.Line line : script.lines()) {
            switch (line) {
                case YamuxScript.Line.FromPeer peer -> receive(peer.bytes());
                case YamuxScript.Line.Do act -> perform(act.what());
            }
        }
    }

    void receive(byte[] bytes) {
        ByteBuf piece = Unpooled.wrappedBuffer(bytes);
        try {
            session.received(piece);
        } catch (YamuxException violation) {
            note("is fails " + violation.getMessage());
        }
        if (piece.refCnt() != 0) {
            throw new AssertionError("the session has kept a buffer");
        }
    }

    private void perform(String what) {
        String[] words = what.split(" ", 3);
        switch (words[0]) {
            case "open" -> open();
            case "send" -> stream(words[1]).send(text(words[2]));
            case "finish" -> stream(words[1]).finish();
            case "close" -> stream(words[1]).close();
            case "reset" -> stream(words[1]).reset();
            case "consume" -> stream(words[1]).consumed(Integer.parseInt(words[2]));
            case "ping" -> session.ping(Integer.parseInt(words[1]));
            case "away" -> session.goAway(GoAway.NORMAL);
            default -> throw new IllegalArgumentException("a script cannot do: " + what);
        }
    }

    private YamuxStream stream(String id) {
        return Objects.requireNonNull(streams.get(Integer.parseInt(id)));
    }

    private static ByteBuf text(String quoted) {
        return Unpooled.copiedBuffer(quoted.substring(1, quoted.length() - 1), StandardCharsets.UTF_8);
    }

    void open() {
        Noted noted = new Noted();
        session.open(noted)
                .ifPresentOrElse(
                        stream -> {
                            noted.id = stream.id();
                            streams.put(stream.id(), stream);
                        },
                        () -> note("is not opened"));
    }

    @Override
    public void send(ByteBuf bytes) {
        sent.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public StreamEvents opened(YamuxStream stream) {
        note("is " + stream.id() + " opened");
        streams.put(stream.id(), stream);
        Noted noted = new Noted();
        noted.id = stream.id();
        return noted;
    }

    @Override
    public void pong(int value) {
        note("is pong " + value);
    }

    @Override
    public void goingAway(GoAway reason) {
        note("is going away " + reason);
    }

    private void note(String what) {
        noteSent();
        log.add(what);
    }

    /** Frame by frame. */
    private void noteSent() {
        while (sent.isReadable()) {
            int length = sent.getByte(sent.readerIndex() + 1) == Frames.DATA ? sent.getInt(sent.readerIndex() + 8) : 0;
            log.add("> " + ByteBufUtil.hexDump(sent.readSlice(Frames.HEAD_BYTES + length)));
        }
    }

    /** What was written down; the data of a stream that came in pieces as one. */
    List<String> log() {
        noteSent();
        List<String> joined = new ArrayList<>();
        for (String line : log) {
            int data = line.indexOf(" data '");
            String last = joined.isEmpty() ? "" : joined.getLast();
            if (data > 0 && last.startsWith(line.substring(0, data + 7))) {
                joined.set(joined.size() - 1, last.substring(0, last.length() - 1) + line.substring(data + 7));
            } else {
                joined.add(line);
            }
        }
        return joined;
    }

    private final class Noted implements StreamEvents {

        private int id;

        @Override
        public void data(ByteBuf bytes) {
            note("is " + id + " data '" + bytes.toString(StandardCharsets.UTF_8) + "'");
            bytes.release();
        }

        @Override
        public void finished() {
            note("is " + id + " finished");
        }

        @Override
        public void reset() {
            note("is " + id + " reset");
        }

        @Override
        public void windowGrown() {
            note("is " + id + " window "
                    + Objects.requireNonNull(streams.get(id)).window());
        }
    }
}
