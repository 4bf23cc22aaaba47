package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/** What is remembered of a prepared statement, from its preparation to its close. */
final class PreparedStatement {

    /** What was sent ahead for one parameter: its first bytes, and how many there were. */
    static final class LongData {
        final ByteBuf kept = Unpooled.buffer(64, ParameterReader.MAX_KEPT_BYTES);
        long bytes;

        void add(ByteBuf in, int index, int length) {
            bytes += length;
            kept.writeBytes(in, index, Math.min(length, kept.maxWritableBytes()));
        }
    }

    final byte[] sql;
    final int parameters;
    /** Two bytes for each parameter, as bound last; empty before that. */
    byte[] types = new byte[0];
    /** By parameter, as bound last with the types: those that have one; null when none has. */
    @Nullable IntObjectMap<String> names;

    private @Nullable IntObjectMap<LongData> longData;

    PreparedStatement(byte[] sql, int parameters) {
        this.sql = sql;
        this.parameters = parameters;
    }

    LongData longData(int parameter) {
        IntObjectMap<LongData> all = longData;
        if (all == null) {
            all = new IntObjectHashMap<>();
            longData = all;
        }
        return all.computeIfAbsent(parameter, none -> new LongData());
    }

    @Nullable LongData sentAhead(int parameter) {
        return longData == null ? null : longData.get(parameter);
    }

    int parametersSentAhead() {
        return longData == null ? 0 : longData.size();
    }

    void forgetLongData() {
        longData = null;
    }
}
