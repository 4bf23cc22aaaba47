package dev.sallyport.notifier.rest;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.ws.rs.core.Response;

/**
 * A problem document (RFC 9457), as the api has them.
 *
 * @param code stable: programs decide by it
 * @param message the same text as {@code detail}, for clients that look for it there
 */
@JsonPropertyOrder({"type", "title", "status", "detail", "code", "message"})
record Problem(String type, String title, int status, String detail, String code, String message) {

    static Response.ResponseBuilder response(int status, String code, String detail) {
        Response.Status known = Response.Status.fromStatusCode(status);
        Problem problem = new Problem(
                "https://sallyport.dev/problems/" + code,
                known == null ? "Error" : known.getReasonPhrase(),
                status,
                detail,
                code,
                detail);
        return Response.status(status).type("application/problem+json").entity(problem);
    }
}
