package dev.sallyport.api.problem;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.ws.rs.core.Response;

/**
 * A problem document (RFC 9457).
 *
 * @param code stable: programs decide by it
 * @param message the same text as {@code detail}, for clients that look for it there
 */
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "message"})
public record Problem(String type, String title, int status, String detail, String code, String message) {

    public static final String MEDIA_TYPE = "application/problem+json";

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    public static Problem of(int status, String code, String detail) {
        return new Problem("https://sallyport.dev/problems/" + code, title(status), status, detail, code, detail);
    }

    Response.ResponseBuilder response() {
        return Response.status(status).type(MEDIA_TYPE).entity(json());
    }

    /** Written here, so that it works where the REST layer does not reach. */
    public String json() {
        try {
            return MAPPER.writeValueAsString(this);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a problem of six fields has a JSON form", e);
        }
    }

    private static String title(int status) {
        Response.Status known = Response.Status.fromStatusCode(status);
        return status == 422 ? "Unprocessable Content" : known == null ? "Error" : known.getReasonPhrase();
    }
}
