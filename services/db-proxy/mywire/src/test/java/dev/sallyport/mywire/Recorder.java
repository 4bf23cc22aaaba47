package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Keeps what a conversation told and where it sent what. Its client has one connection, the target's {@value #THREAD}. */
final class Recorder implements ConversationListener, Conversation.Ends, Conversation.Threads {

    static final long GREETED = 0x4000_0001;
    static final long THREAD = 42;

    final List<String> told = new ArrayList<>();
    final ByteBuf toTarget = Unpooled.buffer();
    final ByteBuf toClient = Unpooled.buffer();
    private final StringBuilder line = new StringBuilder();
    private boolean inSql;
    private int fileBytes = -1;

    /** A conversation with the database {@code shop} that this is told of. */
    Conversation conversation(int capabilities) {
        return new Conversation(
                capabilities, StandardCharsets.UTF_8, "shop", this, this, this, UnpooledByteBufAllocator.DEFAULT);
    }

    @Override
    public OptionalLong known(long id) {
        return id == GREETED || id == THREAD ? OptionalLong.of(THREAD) : OptionalLong.empty();
    }

    @Override
    public void begun(String kind) {
        line.setLength(0);
        line.append(kind).append(" [");
        inSql = true;
    }

    @Override
    public void sql(ByteBuf piece) {
        line.append(piece.toString(StandardCharsets.ISO_8859_1));
    }

    @Override
    public void parameter(@Nullable String name, String type, @Nullable CharSequence value) {
        closeSql();
        line.append(' ')
                .append(name == null ? "" : name + ":")
                .append(type)
                .append('=')
                .append(value == null ? "NULL" : "'" + value + "'");
    }

    @Override
    public void ready(long bytes) {
        closeSql();
        told.add(line + " of " + bytes + " bytes");
    }

    private void closeSql() {
        if (inSql) {
            line.append(']');
            inSql = false;
        }
    }

    @Override
    public void fileAsked(ByteBuf name) {
        told.add("file " + name.toString(StandardCharsets.UTF_8));
        fileBytes = 0;
    }

    @Override
    public void fileBytes(int bytes) {
        fileBytes += fileBytes < 0 ? 0 : bytes;
    }

    private String ofFile() {
        String said = fileBytes < 0 ? "" : ", file of " + fileBytes + " bytes";
        fileBytes = -1;
        return said;
    }

    @Override
    public void done(long rows, boolean inTransaction) {
        told.add("done, rows " + rows + (inTransaction ? ", in transaction" : "") + ofFile());
    }

    @Override
    public void failed(ErrPacket error) {
        told.add("failed, " + error.code() + " " + error.sqlState() + " " + error.message() + ofFile());
    }

    @Override
    public void notExecuted() {
        told.add("not executed");
    }

    @Override
    public void transaction(boolean active) {
        told.add("transaction " + (active ? "active" : "idle"));
    }

    @Override
    public void characterSet(Charset charset) {
        told.add("character set " + charset);
    }

    @Override
    public void toTarget(ByteBuf bytes) {
        toTarget.writeBytes(bytes);
        bytes.release();
    }

    @Override
    public void toClient(ByteBuf bytes) {
        toClient.writeBytes(bytes);
        bytes.release();
    }
}
