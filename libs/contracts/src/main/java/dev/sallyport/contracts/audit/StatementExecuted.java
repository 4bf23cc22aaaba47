package dev.sallyport.contracts.audit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One statement that a client had executed, or a {@link #GAP}. Unique by session, sequence and part.
 *
 * @param sequence counts the session's statements from 1, without a hole
 * @param part which piece of a long statement this event holds, from 1: the pieces of its SQL, then the rest of its parameters;
 *     all but {@code sql} and {@code parameters} is the same in each
 * @param parts how many pieces there are; 1 for nearly all
 * @param kind how the protocol carried it, for instance {@code simple}, {@code execute}, {@code copy_in}, {@code query}, {@code stmt_execute},
 *     {@code local_infile} (a file that the server had the client send)
 * @param sql the text as the client sent it; of a {@code local_infile} the file's name as the server said it
 * @param parameters of a prepared statement, in order, and then what else the client said of the statement by name: MySQL's query attributes
 * @param rows returned or changed, as the server said; null when it said nothing
 * @param durationMicros from the intent in the journal to the outcome; null when the outcome is unknown
 * @param sqlState the five characters of the error; null when there was none
 * @param errorCode the number of a MySQL error; null when there was none
 * @param transaction the state of the transaction behind it: {@code idle}, {@code active}, {@code failed}; null when unknown
 * @param previousHash the hash of the link before, in hexadecimal; 64 zeros for the first
 * @param hash of this link, as {@link StatementChain} defines it
 */
public record StatementExecuted(
        SessionId sessionId,
        GrantId grantId,
        Grantee grantee,
        RdsDatabaseId target,
        Engine engine,
        String role,
        String databaseUser,
        String clientAddress,
        String applicationName,
        long sequence,
        int part,
        int parts,
        String kind,
        String sql,
        List<Parameter> parameters,
        Outcome outcome,
        @Nullable Long rows,
        long bytesFromClient,
        long bytesToClient,
        Instant startedAt,
        @Nullable Long durationMicros,
        @Nullable String sqlState,
        @Nullable Integer errorCode,
        @Nullable String errorMessage,
        @Nullable String transaction,
        String previousHash,
        String hash) {

    /**
     * The kind of a link that stands for statements that are in no record, because the journal had no room for them (audit mode
     * best-effort) or was damaged: {@code rows} says how many, {@code error_message} why, {@code started_at} since when and
     * {@code duration_micros} for how long. Its outcome is unknown.
     */
    public static final String GAP = "gap";

    /**
     * One parameter.
     *
     * @param type the name of its type, or its number where the name is not known
     * @param value as text; null for NULL
     * @param name as the client gave it; null for one that has only its place
     */
    public record Parameter(
            String type, @Nullable String value, @Nullable String name) {

        /** One that has only its place. */
        public Parameter(String type, @Nullable String value) {
            this(type, value, null);
        }
    }

    /** How it ended. */
    public enum Outcome {
        /** The server said that it was done. */
        OK,
        /** The server refused it, or it failed. */
        ERROR,
        /** Sent, and then never heard of again: the connection or the proxy died. */
        UNKNOWN;

        private final String label = name().toLowerCase(Locale.ROOT);

        @JsonValue
        public String label() {
            return label;
        }

        @JsonCreator
        static Outcome ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
