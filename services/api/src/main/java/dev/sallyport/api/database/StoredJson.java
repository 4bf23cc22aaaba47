package dev.sallyport.api.database;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.EventJson;

/** Documents in text columns, written as events are. */
public final class StoredJson {

    private static final ObjectMapper MAPPER =
            EventJson.configure(JsonMapper.builder().build());

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(value.getClass() + " has no JSON form", e);
        }
    }

    /** @throws IllegalStateException when somebody else wrote the row */
    public static <T> T read(String json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored document is damaged (" + type.getType() + ")");
        }
    }

    private StoredJson() {}
}
