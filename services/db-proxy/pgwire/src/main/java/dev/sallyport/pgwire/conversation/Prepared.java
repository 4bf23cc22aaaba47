package dev.sallyport.pgwire.conversation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A prepared statement, or that it was closed: what one Parse or one Close of a statement stands for. */
final class Prepared {

    private static final int[] NO_TYPES = {};

    final String name;
    /** Null for a Close. */
    private final byte @Nullable [] sql;

    private final int retainedBytes;
    private int[] parameterTypes;
    /** The Sync messages that the client had sent before it. */
    final long section;
    /** It takes the place of one that is there: should it fail, that one stays. */
    final boolean redefinition;
    /** Whether its execution is SQL's own PREPARE. */
    final boolean prepares;
    /** SQL has deallocated some statement since: perhaps this one. */
    boolean mayBeGone;
    /** SQL has prepared another since, perhaps by the same name. */
    boolean doubtful;

    private Prepared(String name, byte @Nullable [] sql, int[] parameterTypes, long section, boolean redefinition) {
        this.name = name;
        this.sql = sql;
        this.prepares = sql != null && FirstWord.is("prepare", sql);
        this.parameterTypes = parameterTypes;
        // Fixed: what is released must be what was kept, whatever the target describes meanwhile.
        this.retainedBytes = Retention.OVERHEAD_BYTES + (sql == null ? 0 : sql.length + 4 * parameterTypes.length);
        this.section = section;
        this.redefinition = redefinition;
    }

    static Prepared parsed(String name, ByteBuf sql, int[] types, long section, boolean redefinition) {
        return new Prepared(name, ByteBufUtil.getBytes(sql), types, section, redefinition);
    }

    static Prepared closed(String name, long section) {
        return new Prepared(name, null, NO_TYPES, section, true);
    }

    /** One that was not made by a Parse that we saw, for instance by SQL's own PREPARE. */
    static Prepared unseen(String name) {
        return labelled("<prepared statement \"" + name + "\">");
    }

    /** What is behind a portal that was not made by a Bind that we saw. */
    static Prepared unseenPortal(String name) {
        return labelled("<portal \"" + name + "\">");
    }

    static Prepared labelled(String label) {
        return new Prepared("", label.getBytes(StandardCharsets.UTF_8), NO_TYPES, 0, false);
    }

    boolean isClosed() {
        return sql == null;
    }

    /** A view of the text, as the client wrote it. */
    ByteBuf sql() {
        return sql == null ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(sql);
    }

    /** 0 where nobody has said. */
    int parameterType(int index) {
        return index < parameterTypes.length ? parameterTypes[index] : 0;
    }

    /** The target has described it. */
    void describe(int[] types) {
        parameterTypes = types;
    }

    int retainedBytes() {
        return retainedBytes;
    }
}
