package dev.sallyport.notifier.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.sallyport.notifier.database.DatabaseAway;
import dev.sallyport.secrets.SecretStoreException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way in which a call can fail, as a problem document. What is not listed is ours: 500, without a reason. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response problem(ProblemException e) {
        return Problem.response(e.status(), e.code(), String.valueOf(e.getMessage()))
                .build();
    }

    @ServerExceptionMapper
    Response unknownField(UnrecognizedPropertyException e) {
        return Problem.response(400, "unknown_field", "there is no field '" + field(e) + "'")
                .build();
    }

    /** Not Jackson's own message: it quotes what it read. */
    @ServerExceptionMapper
    Response wrongType(MismatchedInputException e) {
        return mismatched(e);
    }

    @ServerExceptionMapper
    Response unauthorized(UnauthorizedException e) {
        return unauthenticated();
    }

    @ServerExceptionMapper
    Response unauthorized(AuthenticationFailedException e) {
        return unauthenticated();
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e) {
        return ofStatus(403);
    }

    @ServerExceptionMapper
    Response database(DatabaseAway e) {
        LOG.errorf("a call failed: %s", e.getMessage());
        return Problem.response(503, "database_unavailable", "the notifier's database cannot be asked now; try again")
                .build();
    }

    @ServerExceptionMapper
    Response secretStore(SecretStoreException e) {
        LOG.errorf("a call failed: %s", e.getMessage());
        return Problem.response(503, "secret_store_unavailable", "the endpoint's secret cannot be sealed or opened now")
                .build();
    }

    @ServerExceptionMapper
    Response rest(WebApplicationException e) {
        if (e.getCause() instanceof JsonMappingException mapping) {
            return mismatched(mapping);
        }
        int status = e.getResponse().getStatus();
        if (e.getCause() instanceof JsonProcessingException && status == 400) {
            return Problem.response(400, "malformed_json", "the body is not a JSON document")
                    .build();
        }
        return status < 400 ? e.getResponse() : ofStatus(status);
    }

    @ServerExceptionMapper
    Response failure(Throwable e) {
        LOG.error("a call failed", e);
        return ofStatus(500);
    }

    private static Response unauthenticated() {
        return Problem.response(401, "unauthenticated", "a valid bearer token is needed")
                .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
                .build();
    }

    private static Response mismatched(JsonMappingException e) {
        String field = field(e);
        return field.isEmpty()
                ? Problem.response(400, "malformed_json", "the body is not the JSON document that this call takes")
                        .build()
                : Problem.response(400, "invalid_field", "the field '" + field + "' is missing or not of its type")
                        .build();
    }

    private static Response ofStatus(int status) {
        return switch (status) {
            case 401 -> unauthenticated();
            case 403 ->
                Problem.response(403, "forbidden", "your roles do not allow this")
                        .build();
            case 404 ->
                Problem.response(404, "not_found", "there is nothing at this path")
                        .build();
            case 405 ->
                Problem.response(405, "method_not_allowed", "this path does not take this method")
                        .build();
            case 415 ->
                Problem.response(415, "unsupported_media_type", "the body has to be application/json")
                        .build();
            case 500 ->
                Problem.response(500, "internal_error", "this is our fault; the log of the notifier says more")
                        .build();
            default ->
                Problem.response(status, "http_" + status, "the call was refused")
                        .build();
        };
    }

    private static String field(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }
}
