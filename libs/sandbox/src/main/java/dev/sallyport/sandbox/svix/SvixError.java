package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An answer that is an error, in the forms that the OpenAPI document has: {@code HTTPValidationError} for 422, else
 * {@code HttpErrorOut}.
 */
final class SvixError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient ObjectNode body;

    private SvixError(int status, ObjectNode body) {
        super(body.toString(), null, false, false);
        this.status = status;
        this.body = body;
    }

    /** {@code {"code": …, "detail": …}}. */
    static SvixError of(int status, String code, String detail) {
        return new SvixError(
                status, JsonNodeFactory.instance.objectNode().put("code", code).put("detail", detail));
    }

    /** {@code {"detail": [{"loc": ["body", field], "msg": …, "type": …}]}}. */
    static SvixError invalid(String field, String message, String type) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode error = body.putArray("detail").addObject();
        error.putArray("loc").add("body").add(field);
        error.put("msg", message).put("type", type);
        return new SvixError(422, body);
    }

    static SvixError notFound() {
        return of(404, "not_found", "Entity not found");
    }

    int status() {
        return status;
    }

    String json() {
        return body.toString();
    }
}
