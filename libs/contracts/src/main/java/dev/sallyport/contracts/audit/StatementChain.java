package dev.sallyport.contracts.audit;

import dev.sallyport.contracts.EventJson;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The chain that ties a session's statements together, so that anyone who has the events can tell that none was changed,
 * left out or put in. There is one link for each statement, whatever the number of its parts:
 *
 * <pre>
 *  hash       = SHA-256( previous hash, 32 bytes ‖ field… ‖ SHA-256(SQL) ‖ SHA-256(parameters) )
 *  field      = length, 4 bytes big-endian ‖ UTF-8        absent: length -1 and nothing more
 *  SQL        = UTF-8 of the SQL of all parts
 *  parameters = type ‖ value, as fields, for each parameter of all parts; before one with a name: absent ‖ name
 * </pre>
 *
 * <p>The fields, numbers in decimal and instants as {@link EventJson} writes them: session_id, grant_id, the grantee's subject,
 * name and email, target, engine, role, database_user, client_address, application_name, sequence, kind, outcome, rows,
 * bytes_from_client, bytes_to_client, started_at, duration_micros, sql_state, error_code, error_message, transaction. The first
 * link's previous hash is {@link #START}.
 */
public final class StatementChain {

    /** What comes before the first link. */
    public static final String START = "0".repeat(64);

    private static final VarHandle LENGTH = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = {};

    /**
     * The hash of one statement.
     *
     * @param parts all of its parts, in order; their own hash is not looked at
     * @throws IllegalArgumentException when a part is missing or belongs to another statement
     */
    public static String hash(List<StatementExecuted> parts) {
        Link link = new Link();
        for (int i = 0; i < parts.size(); i++) {
            StatementExecuted part = parts.get(i);
            StatementExecuted first = parts.getFirst();
            if (part.part() != i + 1 || part.parts() != parts.size() || part.sequence() != first.sequence()) {
                throw new IllegalArgumentException(
                        "part " + part.part() + " of statement " + part.sequence() + " is not the next one");
            }
            link.sql(part.sql());
            part.parameters().forEach(link::parameter);
        }
        return link.hash(parts.getFirst());
    }

    /** One link in the making, for SQL that is too long to have in memory at once; then the next. Not thread-safe. */
    public static final class Link {

        private static final HexFormat HEX = HexFormat.of();

        private final MessageDigest sql = sha256();
        private final MessageDigest parameters = sha256();
        private final MessageDigest link = sha256();
        private final Fields fields = new Fields();

        /** The next piece of the SQL; surrogate pairs must be whole. */
        public void sql(String piece) {
            sql.update(piece.getBytes(StandardCharsets.UTF_8));
        }

        /** The next parameter. */
        public void parameter(StatementExecuted.Parameter parameter) {
            if (parameter.name() != null) {
                // A type is never absent: no other parameters make the same bytes.
                fields.add(null);
                fields.add(parameter.name());
            }
            fields.add(parameter.type());
            fields.add(parameter.value());
            fields.moveTo(parameters);
        }

        /** The hash, by the SQL and parameters given so far and all else that {@code statement} says. Then a new link begins. */
        public String hash(StatementExecuted statement) {
            link.update(HEX.parseHex(statement.previousHash()));
            fields.add(statement.sessionId().value());
            fields.add(statement.grantId().value());
            fields.add(statement.grantee().subject());
            fields.add(statement.grantee().name());
            fields.add(statement.grantee().email());
            fields.add(statement.target().toString());
            fields.add(statement.engine().label());
            fields.add(statement.role());
            fields.add(statement.databaseUser());
            fields.add(statement.clientAddress());
            fields.add(statement.applicationName());
            fields.add(Long.toString(statement.sequence()));
            fields.add(statement.kind());
            fields.add(statement.outcome().label());
            fields.add(text(statement.rows()));
            fields.add(Long.toString(statement.bytesFromClient()));
            fields.add(Long.toString(statement.bytesToClient()));
            fields.add(EventJson.write(statement.startedAt()));
            fields.add(text(statement.durationMicros()));
            fields.add(statement.sqlState());
            fields.add(text(statement.errorCode()));
            fields.add(statement.errorMessage());
            fields.add(statement.transaction());
            fields.moveTo(link);
            link.update(sql.digest());
            link.update(parameters.digest());
            return HEX.formatHex(link.digest());
        }
    }

    /** Fields one behind the other, so that a digest gets them in one piece: each call of it costs more than most fields. */
    private static final class Fields {

        private static final int KEPT_BYTES = 8 * 1024;

        private byte[] bytes = new byte[1024];
        private int length;

        void add(@Nullable String value) {
            byte[] text = value == null ? NOTHING : value.getBytes(StandardCharsets.UTF_8);
            if (bytes.length - length < 4 + text.length) {
                bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + 4 + text.length));
            }
            LENGTH.set(bytes, length, value == null ? -1 : text.length);
            System.arraycopy(text, 0, bytes, length + 4, text.length);
            length += 4 + text.length;
        }

        void moveTo(MessageDigest digest) {
            digest.update(bytes, 0, length);
            length = 0;
            if (bytes.length > KEPT_BYTES) {
                bytes = new byte[1024];
            }
        }
    }

    private static @Nullable String text(@Nullable Number number) {
        return number == null ? null : number.toString();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    private StatementChain() {}
}
