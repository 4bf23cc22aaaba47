package dev.sallyport.contracts.audit;

import dev.sallyport.contracts.EventJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
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
 *  parameters = type ‖ value, as fields, for each parameter of all parts
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

    /** One link in the making, for SQL that is too long to have in memory at once. */
    public static final class Link {

        private final MessageDigest sql = sha256();
        private final MessageDigest parameters = sha256();

        /** The next piece of the SQL; surrogate pairs must be whole. */
        public void sql(String piece) {
            sql.update(piece.getBytes(StandardCharsets.UTF_8));
        }

        /** The next parameter. */
        public void parameter(StatementExecuted.Parameter parameter) {
            field(parameters, parameter.type());
            field(parameters, parameter.value());
        }

        /** The hash, by the SQL and parameters given so far and all else that {@code statement} says. Ends this link. */
        public String hash(StatementExecuted statement) {
            MessageDigest link = sha256();
            link.update(HexFormat.of().parseHex(statement.previousHash()));
            field(link, statement.sessionId().value());
            field(link, statement.grantId().value());
            field(link, statement.grantee().subject());
            field(link, statement.grantee().name());
            field(link, statement.grantee().email());
            field(link, statement.target().toString());
            field(link, statement.engine().label());
            field(link, statement.role());
            field(link, statement.databaseUser());
            field(link, statement.clientAddress());
            field(link, statement.applicationName());
            field(link, Long.toString(statement.sequence()));
            field(link, statement.kind());
            field(link, statement.outcome().label());
            field(link, text(statement.rows()));
            field(link, Long.toString(statement.bytesFromClient()));
            field(link, Long.toString(statement.bytesToClient()));
            field(link, EventJson.write(statement.startedAt()));
            field(link, text(statement.durationMicros()));
            field(link, statement.sqlState());
            field(link, text(statement.errorCode()));
            field(link, statement.errorMessage());
            field(link, statement.transaction());
            link.update(sql.digest());
            link.update(parameters.digest());
            return HexFormat.of().formatHex(link.digest());
        }
    }

    private static @Nullable String text(@Nullable Number number) {
        return number == null ? null : number.toString();
    }

    private static void field(MessageDigest digest, @Nullable String value) {
        if (value == null) {
            digest.update(ByteBuffer.allocate(4).putInt(0, -1));
            return;
        }
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        digest.update(bytes);
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
