package dev.sallyport.contracts.audit;

import com.fasterxml.jackson.core.JsonGenerator;
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

    public StatementJson() {
        super(StatementExecuted.class);
    }

    @Override
    public void serialize(StatementExecuted statement, JsonGenerator json, SerializerProvider provider)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("session_id", statement.sessionId().value());
        json.writeStringField("grant_id", statement.grantId().value());
        json.writeFieldName("grantee");
        write(statement.grantee(), json);
        json.writeStringField("target", statement.target().toString());
        json.writeStringField("engine", statement.engine().label());
        json.writeStringField("role", statement.role());
        json.writeStringField("database_user", statement.databaseUser());
        json.writeStringField("client_address", statement.clientAddress());
        json.writeStringField("application_name", statement.applicationName());
        json.writeNumberField("sequence", statement.sequence());
        json.writeNumberField("part", statement.part());
        json.writeNumberField("parts", statement.parts());
        json.writeStringField("kind", statement.kind());
        json.writeStringField("sql", statement.sql());
        json.writeArrayFieldStart("parameters");
        for (Parameter parameter : statement.parameters()) {
            write(parameter, json);
        }
        json.writeEndArray();
        json.writeStringField("outcome", statement.outcome().label());
        write("rows", statement.rows(), json);
        json.writeNumberField("bytes_from_client", statement.bytesFromClient());
        json.writeNumberField("bytes_to_client", statement.bytesToClient());
        json.writeStringField("started_at", EventJson.write(statement.startedAt()));
        write("duration_micros", statement.durationMicros(), json);
        json.writeStringField("sql_state", statement.sqlState());
        write("error_code", statement.errorCode(), json);
        json.writeStringField("error_message", statement.errorMessage());
        json.writeStringField("transaction", statement.transaction());
        json.writeStringField("previous_hash", statement.previousHash());
        json.writeStringField("hash", statement.hash());
        json.writeEndObject();
    }

    private static void write(Grantee grantee, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("subject", grantee.subject());
        json.writeStringField("name", grantee.name());
        json.writeStringField("email", grantee.email());
        json.writeEndObject();
    }

    private static void write(Parameter parameter, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", parameter.type());
        json.writeStringField("value", parameter.value());
        json.writeEndObject();
    }

    private static void write(String name, @Nullable Number value, JsonGenerator json) throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value.longValue());
        }
    }
}
