package dev.sallyport.auditstore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A statement and its columns, one for one. */
final class StatementRow {

    static final String COLUMNS = """
            day, session_id, sequence, part, parts, event_id, grant_id, grantee_subject, grantee_name, grantee_email, \
            target, engine, role, database_user, client_address, application_name, kind, sql, parameters, outcome, rows, \
            bytes_from_client, bytes_to_client, started_at, duration_micros, sql_state, error_code, error_message, \
            transaction, previous_hash, hash""";

    private static final ObjectMapper JSON =
            EventJson.configure(JsonMapper.builder().build());
    private static final TypeReference<List<StatementExecuted.Parameter>> PARAMETERS = new TypeReference<>() {};

    /** The event is of a statement. */
    static void write(CopyRows rows, Event<?> event) throws SQLException {
        StatementExecuted statement = (StatementExecuted) event.data();
        rows.add(Days.of(statement.startedAt()))
                .add(statement.sessionId().value())
                .add(statement.sequence())
                .add(statement.part())
                .add(statement.parts())
                .add(event.id().value())
                .add(statement.grantId().value())
                .add(statement.grantee().subject())
                .add(statement.grantee().name())
                .add(statement.grantee().email())
                .add(statement.target().toString())
                .add(statement.engine().label())
                .add(statement.role())
                .add(statement.databaseUser())
                .add(statement.clientAddress())
                .add(statement.applicationName())
                .add(statement.kind())
                .add(statement.sql())
                .add(write(statement.parameters()))
                .add(statement.outcome().label())
                .add(statement.rows())
                .add(statement.bytesFromClient())
                .add(statement.bytesToClient())
                .add(statement.startedAt())
                .add(statement.durationMicros())
                .add(statement.sqlState())
                .add(statement.errorCode())
                .add(statement.errorMessage())
                .add(statement.transaction())
                .add(statement.previousHash())
                .add(statement.hash())
                .end();
    }

    static StatementExecuted read(ResultSet row) throws SQLException {
        return new StatementExecuted(
                new SessionId(row.getString("session_id")),
                new GrantId(row.getString("grant_id")),
                grantee(row),
                RdsDatabaseId.parse(text(row, "target")),
                Engine.ofLabel(text(row, "engine")),
                text(row, "role"),
                text(row, "database_user"),
                text(row, "client_address"),
                text(row, "application_name"),
                row.getLong("sequence"),
                row.getInt("part"),
                row.getInt("parts"),
                text(row, "kind"),
                text(row, "sql"),
                readParameters(row.getString("parameters")),
                StatementExecuted.Outcome.valueOf(text(row, "outcome").toUpperCase(Locale.ROOT)),
                row.getObject("rows", Long.class),
                row.getLong("bytes_from_client"),
                row.getLong("bytes_to_client"),
                row.getObject("started_at", OffsetDateTime.class).toInstant(),
                row.getObject("duration_micros", Long.class),
                textOrNull(row, "sql_state"),
                row.getObject("error_code", Integer.class),
                textOrNull(row, "error_message"),
                textOrNull(row, "transaction"),
                text(row, "previous_hash"),
                text(row, "hash"));
    }

    static Grantee grantee(ResultSet row) throws SQLException {
        return new Grantee(text(row, "grantee_subject"), text(row, "grantee_name"), text(row, "grantee_email"));
    }

    static String text(ResultSet row, String column) throws SQLException {
        return Objects.requireNonNull(textOrNull(row, column), column);
    }

    static @Nullable String textOrNull(ResultSet row, String column) throws SQLException {
        return StoredText.decode(row.getString(column));
    }

    private static String write(List<StatementExecuted.Parameter> parameters) {
        try {
            return JSON.writeValueAsString(parameters);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "the parameters have no JSON form (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static List<StatementExecuted.Parameter> readParameters(String json) {
        try {
            return JSON.readValue(json, PARAMETERS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "stored parameters are not JSON (" + e.getClass().getSimpleName() + ")");
        }
    }

    private StatementRow() {}
}
