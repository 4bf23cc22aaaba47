package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attributes in front of the SQL of a COM_QUERY (MySQL internals, "COM_QUERY", CLIENT_QUERY_ATTRIBUTES). In the record the
 * SQL comes first, so they are kept until it is whole; that is why they are bounded, and why less is kept of each than of a
 * parameter.
 */
final class QueryAttributes {

    /** Twice what Oracle's own programs can send. */
    static final int MAX_ATTRIBUTES = 64;

    /** What is kept of one value. */
    static final int MAX_KEPT_BYTES = 1024;

    private record Attribute(
            @Nullable String name, String type, @Nullable String value) {}

    private final List<Attribute> kept = new ArrayList<>();
    private final ParameterReader reader;

    /** @param count how many there are, at least one */
    QueryAttributes(int count, Charset charset) {
        reader = ParameterReader.ofQuery(
                (name, type, value) -> kept.add(new Attribute(name, type, value == null ? null : value.toString())),
                charset,
                count);
    }

    /**
     * The next piece of the payload behind the two counts.
     *
     * @return where in {@code in} the SQL begins or goes on; the end of the piece while all of it is attributes
     */
    int read(ByteBuf in, int at, int length) {
        return reader.read(in, at, length);
    }

    /** The packet has ended, and the listener has the SQL. */
    void tell(ConversationListener listener) {
        reader.end();
        kept.forEach(one -> listener.parameter(one.name, one.type, one.value));
    }
}
