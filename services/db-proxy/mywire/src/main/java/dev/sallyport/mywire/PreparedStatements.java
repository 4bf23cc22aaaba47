package dev.sallyport.mywire;

import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import org.jspecify.annotations.Nullable;

/** A connection's prepared statements by the target's ids. Their SQL is kept, so their number and length are bounded. */
final class PreparedStatements {

    /** The SQL of all prepared statements of a connection together. */
    static final int MAX_SQL_BYTES = 16 * 1024 * 1024;

    /** MySQL's own default for a whole server. */
    static final int MAX_STATEMENTS = 16_382;

    /** How MariaDB's clients name the one prepared last. */
    private static final int LAST = -1;

    private final IntObjectMap<PreparedStatement> byId = new IntObjectHashMap<>();
    private int sqlBytes;
    private int last = LAST;

    boolean roomFor(int bytes) {
        return byId.size() < MAX_STATEMENTS && sqlBytes + (long) bytes <= MAX_SQL_BYTES;
    }

    /** The one prepared last is not known until the answer to a new preparation is here. */
    void preparing() {
        last = LAST;
    }

    void add(int id, PreparedStatement statement) {
        remove(id);
        byId.put(id, statement);
        sqlBytes += statement.sql.length;
        last = id;
    }

    @Nullable PreparedStatement find(int id) {
        return byId.get(id == LAST ? last : id);
    }

    void remove(int id) {
        PreparedStatement gone = byId.remove(id == LAST ? last : id);
        if (gone != null) {
            sqlBytes -= gone.sql.length;
        }
    }

    void clear() {
        byId.clear();
        last = LAST;
        sqlBytes = 0;
    }
}
