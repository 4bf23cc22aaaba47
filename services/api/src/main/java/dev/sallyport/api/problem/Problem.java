package dev.sallyport.api.problem;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.contracts.EventJson;
import jakarta.ws.rs.core.Response;
import java.util.Map;

/**
 * A problem document (RFC 9457).
 *
 * @param code stable: programs decide by it
 * @param message the same text as {@code detail}, for clients that look for it there
 * @param members what else the document says, beside the fields above; their names are snake_case
 */
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "message"})
public record Problem(
        String type,
        String title,
        int status,
        String detail,
        String code,
        String message,
        @JsonIgnore Map<String, ?> members) {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final ObjectMapper MAPPER =
            EventJson.configure(JsonMapper.builder().build());

    public static Problem of(int status, String code, String detail) {
        return of(status, code, detail, Map.of());
    }

    static Problem of(int status, String code, String detail, Map<String, ?> members) {
        return new Problem(
                "https://sallyport.dev/problems/" + code, title(status), status, detail, code, detail, members);
    }

    Response.ResponseBuilder response() {
        return Response.status(status).type(MEDIA_TYPE).entity(json());
    }

    /** Written here, so that it works where the REST layer does not reach. */
    public String json() {
        try {
            ObjectNode document = MAPPER.valueToTree(this);
            members.forEach((name, value) -> document.set(name, MAPPER.valueToTree(value)));
            return MAPPER.writeValueAsString(document);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a problem has a JSON form", e);
        }
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return status == 422 ? "Unprocessable Content" : known == null ? "Error" : known.getReasonPhrase();
    }
}
