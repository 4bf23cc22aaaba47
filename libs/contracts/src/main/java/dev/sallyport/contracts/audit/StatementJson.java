package dev.sallyport.contracts.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.StatementExecuted.Parameter;
import dev.sallyport.contracts.grants.Grantee;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link StatementExecuted}, field by field: of this one there are thousands in a second, and reflection would take
 * more time than all else that is done for it.
 */
public final class StatementJson extends StdSerializer<StatementExecuted> {

    private static final long serialVersionUID = 1L;

    // Written out once: each name as the bytes that it is.
    private static final SerializableString SESSION_ID = new SerializedString("session_id");
    private static final SerializableString GRANT_ID = new SerializedString("grant_id");
    private static final SerializableString GRANTEE = new SerializedString("grantee");
    private static final SerializableString TARGET = new SerializedString("target");
    private static final SerializableString ENGINE = new SerializedString("engine");
    private static final SerializableString ROLE = new SerializedString("role");
    private static final SerializableString DATABASE_USER = new SerializedString("database_user");
    private static final SerializableString CLIENT_ADDRESS = new SerializedString("client_address");
    private static final SerializableString APPLICATION_NAME = new SerializedString("application_name");
    private static final SerializableString SEQUENCE = new SerializedString("sequence");
    private static final SerializableString PART = new SerializedString("part");
    private static final SerializableString PARTS = new SerializedString("parts");
    private static final SerializableString KIND = new SerializedString("kind");
    private static final SerializableString SQL = new SerializedString("sql");
    private static final SerializableString PARAMETERS = new SerializedString("parameters");
    private static final SerializableString OUTCOME = new SerializedString("outcome");
    private static final SerializableString ROWS = new SerializedString("rows");
    private static final SerializableString BYTES_FROM_CLIENT = new SerializedString("bytes_from_client");
    private static final SerializableString BYTES_TO_CLIENT = new SerializedString("bytes_to_client");
    private static final SerializableString STARTED_AT = new SerializedString("started_at");
    private static final SerializableString DURATION_MICROS = new SerializedString("duration_micros");
    private static final SerializableString SQL_STATE = new SerializedString("sql_state");
    private static final SerializableString ERROR_CODE = new SerializedString("error_code");
    private static final SerializableString ERROR_MESSAGE = new SerializedString("error_message");
    private static final SerializableString TRANSACTION = new SerializedString("transaction");
    private static final SerializableString PREVIOUS_HASH = new SerializedString("previous_hash");
    private static final SerializableString HASH = new SerializedString("hash");
    private static final SerializableString SUBJECT = new SerializedString("subject");
    private static final SerializableString NAME = new SerializedString("name");
    private static final SerializableString EMAIL = new SerializedString("email");
    private static final SerializableString TYPE = new SerializedString("type");
    private static final SerializableString VALUE = new SerializedString("value");

    public StatementJson() {
        super(StatementExecuted.class);
    }

    @Override
    public void serialize(StatementExecuted statement, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        json.writeStartObject();
        text(SESSION_ID, statement.sessionId().value(), json);
        text(GRANT_ID, statement.grantId().value(), json);
        json.writeFieldName(GRANTEE);
        write(statement.grantee(), json);
        text(TARGET, statement.target().toString(), json);
        text(ENGINE, statement.engine().label(), json);
        text(ROLE, statement.role(), json);
        text(DATABASE_USER, statement.databaseUser(), json);
        text(CLIENT_ADDRESS, statement.clientAddress(), json);
        text(APPLICATION_NAME, statement.applicationName(), json);
        number(SEQUENCE, statement.sequence(), json);
        number(PART, statement.part(), json);
        number(PARTS, statement.parts(), json);
        text(KIND, statement.kind(), json);
        text(SQL, statement.sql(), json);
        json.writeFieldName(PARAMETERS);
        json.writeStartArray();
        for (Parameter parameter : statement.parameters()) {
            write(parameter, json);
        }
        json.writeEndArray();
        text(OUTCOME, statement.outcome().label(), json);
        number(ROWS, statement.rows(), json);
        number(BYTES_FROM_CLIENT, statement.bytesFromClient(), json);
        number(BYTES_TO_CLIENT, statement.bytesToClient(), json);
        text(STARTED_AT, EventJson.write(statement.startedAt()), json);
        number(DURATION_MICROS, statement.durationMicros(), json);
        text(SQL_STATE, statement.sqlState(), json);
        number(ERROR_CODE, statement.errorCode(), json);
        text(ERROR_MESSAGE, statement.errorMessage(), json);
        text(TRANSACTION, statement.transaction(), json);
        text(PREVIOUS_HASH, statement.previousHash(), json);
        text(HASH, statement.hash(), json);
        json.writeEndObject();
    }

    private static void write(Grantee grantee, JsonGenerator json) throws IOException {
        json.writeStartObject();
        text(SUBJECT, grantee.subject(), json);
        text(NAME, grantee.name(), json);
        text(EMAIL, grantee.email(), json);
        json.writeEndObject();
    }

    private static void write(Parameter parameter, JsonGenerator json) throws IOException {
        json.writeStartObject();
        text(TYPE, parameter.type(), json);
        text(VALUE, parameter.value(), json);
        text(NAME, parameter.name(), json);
        json.writeEndObject();
    }

    private static void text(SerializableString name, @Nullable String value, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        json.writeString(value);
    }

    private static void number(SerializableString name, long value, JsonGenerator json) throws IOException {
        json.writeFieldName(name);
        json.writeNumber(value);
    }

    private static void number(SerializableString name, @Nullable Number value, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeFieldName(name);
            json.writeNull();
        } else {
            number(name, value.longValue(), json);
        }
    }
}
