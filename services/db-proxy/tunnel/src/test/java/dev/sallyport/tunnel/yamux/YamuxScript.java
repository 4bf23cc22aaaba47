package dev.sallyport.tunnel.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A script of a session. Its lines, of hexadecimal digits and {@code 'texts'}:
 *
 * <pre>
 *  side server           which side we are; client unless said
 *  &lt; 00 01 0001 …       the peer sends
 *  &gt; 00 01 0002 …       we send
 *  do open               we act: open, send 1 'text', finish 1, close 1, reset 1, consume 1 N, ping N, away
 *  is 1 data 'text'      we are told: opened, data, finished, reset, window, pong N, going away REASON, fails MESSAGE
 * </pre>
 */
record YamuxScript(YamuxSession.Role role, List<Line> lines) {

    sealed interface Line {
        record FromPeer(byte[] bytes) implements Line {}

        record Do(String what) implements Line {}
    }

    static YamuxScript read(Path file) throws IOException {
        YamuxSession.Role role = YamuxSession.Role.CLIENT;
        List<Line> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("side server")) {
                role = YamuxSession.Role.SERVER;
            } else if (line.startsWith("<")) {
                lines.add(new Line.FromPeer(bytes(line.substring(1))));
            } else if (line.startsWith("do ")) {
                lines.add(new Line.Do(line.substring(3).strip()));
            }
        }
        return new YamuxScript(role, lines);
    }

    /** What is to come of it, in order. */
    static List<String> expected(Path file) throws IOException {
        List<String> expected = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(">")) {
                expected.add("> " + HexFormat.of().formatHex(bytes(line.substring(1))));
            } else if (line.startsWith("is ")) {
                expected.add(line);
            }
        }
        return expected;
    }

    /** The same, each byte of the peer's alone. */
    YamuxScript byteByByte() {
        List<Line> cut = new ArrayList<>();
        for (Line line : lines) {
            switch (line) {
                case Line.FromPeer peer -> {
                    for (byte one : peer.bytes()) {
                        cut.add(new Line.FromPeer(new byte[] {one}));
                    }
                }
                case Line.Do act -> cut.add(act);
            }
        }
        return new YamuxScript(role, cut);
    }

    /** The same, all that the peer sends between two of our acts in one piece. */
    YamuxScript coalesced() {
        List<Line> joined = new ArrayList<>();
        ByteBuf waiting = Unpooled.buffer();
        for (Line line : lines) {
            switch (line) {
                case Line.FromPeer peer -> waiting.writeBytes(peer.bytes());
                case Line.Do act -> {
                    flush(waiting, joined);
                    joined.add(act);
                }
            }
        }
        flush(waiting, joined);
        return new YamuxScript(role, joined);
    }

    private static void flush(ByteBuf waiting, List<Line> joined) {
        if (waiting.isReadable()) {
            byte[] bytes = new byte[waiting.readableBytes()];
            waiting.readBytes(bytes);
            joined.add(new Line.FromPeer(bytes));
        }
    }

    /** Digits, with blanks anywhere, and {@code 'texts'}; behind {@code #} is a remark. */
    private static byte[] bytes(String line) {
        ByteBuf bytes = Unpooled.buffer();
        String left = line.strip();
        while (!left.isEmpty() && left.charAt(0) != '#') {
            if (left.charAt(0) == '\'') {
                int end = left.indexOf('\'', 1);
                bytes.writeCharSequence(left.substring(1, end), StandardCharsets.UTF_8);
                left = left.substring(end + 1).strip();
            } else {
                bytes.writeByte(HexFormat.fromHexDigits(left, 0, 2));
                left = left.substring(2).strip();
            }
        }
        byte[] all = new byte[bytes.readableBytes()];
        bytes.readBytes(all);
        return all;
    }
}
