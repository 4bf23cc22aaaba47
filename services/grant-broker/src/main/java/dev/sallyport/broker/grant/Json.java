package dev.sallyport.broker.grant;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sallyport.contracts.EventJson;

/** How terms and verifiers are kept in their columns: as the events say them. */
final class Json {

    private static final ObjectMapper MAPPER =
            EventJson.configure(JsonMapper.builder().build());

    static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no JSON form for a " + value.getClass().getSimpleName(), e);
        }
    }

    static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            // Not the cause's message: it quotes what it could not read.
            throw new IllegalStateException("a stored " + type.getSimpleName() + " cannot be read");
        }
    }

    private Json() {}
}
