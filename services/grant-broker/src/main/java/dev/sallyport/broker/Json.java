package dev.sallyport.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.EventJson;

/** How what is no column of its own is kept in one: as the events say it. */
public final class Json {

    private static final ObjectMapper MAPPER =
            EventJson.configure(JsonMapper.builder().build());

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no JSON form for a " + value.getClass().getSimpleName(), e);
        }
    }

    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            // Not the cause's message: it quotes what it could not read.
            throw new IllegalStateException("a stored " + type.getSimpleName() + " cannot be read");
        }
    }

    private Json() {}
}
