package dev.sallyport.pgwire.conversation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A golden script: what the client and the target say, message by message, and what must be recorded of it.
 *
 * <pre>
 *  # a comment
 *  &gt; Q "SELECT 1"              the client sends a message of type Q
 *  &lt; C "SELECT 1"              the target sends one of type C
 *  = simple ok 1: SELECT 1     an outcome: kind, how it ended, rows; SQL; parameters
 *  = ready idle                the target is ready
 *  ! 08P01                     the last message is refused
 *  * replication               the target is a walsender
 *  ~                           what follows is an answer to what has been: it cannot come in one piece with it
 * </pre>
 *
 * A body is made of {@code "a string"} with its zero byte, {@code 'raw text'}, {@code i16:1}, {@code i32:1}, {@code hex:00ff}
 * and {@code b:I}, one character. The length is counted.
 */
record WireScript(List<Line> lines, List<String> expected, boolean replication) {

    /** One message. */
    record Line(boolean fromClient, byte[] bytes, boolean joins) {}

    private static final Pattern TOKEN =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|i16:(-?\\d+)|i32:(-?\\d+)|hex:([0-9a-f]*)|b:(\\S)");

    static WireScript read(Path file) throws IOException {
        List<Line> lines = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        boolean joins = true;
        boolean replication = false;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("> ") || line.startsWith("< ")) {
                lines.add(new Line(line.charAt(0) == '>', message(line.substring(2)), joins));
                joins = true;
            } else if (line.equals("* replication")) {
                replication = true;
            } else if (line.equals("~")) {
                joins = false;
            } else if (line.startsWith("= ") || line.startsWith("! ")) {
                expected.add(line);
            } else if (!line.isBlank() && !line.startsWith("#")) {
                throw new IOException(file + ": what is '" + line + "'?");
            }
        }
        return new WireScript(lines, expected, replication);
    }

    private static byte[] message(String text) {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(text.charAt(0)).writeInt(0);
        Matcher token = TOKEN.matcher(text.substring(1));
        while (token.find()) {
            if (token.group(1) != null) {
                out.writeCharSequence(token.group(1), StandardCharsets.UTF_8);
                out.writeByte(0);
            } else if (token.group(2) != null) {
                out.writeCharSequence(token.group(2), StandardCharsets.UTF_8);
            } else if (token.group(3) != null) {
                out.writeShort(Integer.parseInt(token.group(3)));
            } else if (token.group(4) != null) {
                out.writeInt(Integer.parseInt(token.group(4)));
            } else if (token.group(5) != null) {
                out.writeBytes(HexFormat.of().parseHex(token.group(5)));
            } else {
                out.writeByte(token.group(6).charAt(0));
            }
        }
        out.setInt(1, out.writerIndex() - 1);
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** Each message on its own. */
    List<Line> whole() {
        return lines;
    }

    /** Each byte on its own. */
    List<Line> byteByByte() {
        List<Line> single = new ArrayList<>();
        for (Line line : lines) {
            for (byte each : line.bytes()) {
                single.add(new Line(line.fromClient(), new byte[] {each}, false));
            }
        }
        return single;
    }

    /** What one side says in a row, in one piece. */
    List<Line> coalesced() {
        List<Line> joined = new ArrayList<>();
        for (Line line : lines) {
            if (line.joins() && !joined.isEmpty() && joined.getLast().fromClient() == line.fromClient()) {
                byte[] before = joined.removeLast().bytes();
                joined.add(new Line(
                        line.fromClient(), ByteBufUtil.getBytes(Unpooled.wrappedBuffer(before, line.bytes())), true));
            } else {
                joined.add(line);
            }
        }
        return joined;
    }
}
