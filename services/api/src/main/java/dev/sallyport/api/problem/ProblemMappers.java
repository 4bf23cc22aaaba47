package dev.sallyport.api.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.sallyport.aws.AwsException;
import dev.sallyport.secrets.SecretStoreException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticator;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every way in which a call can fail, as a problem document. What is not listed is ours: 500, without a reason. */
class ProblemMappers {

    private static final Logger LOG = Logger.getLogger(ProblemMappers.class);

    @ServerExceptionMapper
    Response problem(ProblemException e) {
        return e.problem().response().build();
    }

    @ServerExceptionMapper
    Response unknownField(UnrecognizedPropertyException e) {
        return Problem.of(400, "unknown_field", "there is no field '" + field(e) + "'")
                .response()
                .build();
    }

    /** Not Jackson's own message: it quotes what it read. */
    @ServerExceptionMapper
    Response wrongType(MismatchedInputException e) {
        return mismatched(e);
    }

    @ServerExceptionMapper
    Response invalid(ConstraintViolationException e) {
        String violations = e.getConstraintViolations().stream()
                .map(ProblemMappers::sentence)
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining("; "));
        return Problem.of(400, "invalid_field", violations).response().build();
    }

    @ServerExceptionMapper
    Uni<Response> unauthorized(UnauthorizedException e, RoutingContext context) {
        return challenged(context);
    }

    @ServerExceptionMapper
    Uni<Response> unauthorized(AuthenticationFailedException e, RoutingContext context) {
        return challenged(context);
    }

    @ServerExceptionMapper
    Response forbidden(ForbiddenException e) {
        return Problem.of(403, "forbidden", "your roles do not allow this")
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response aws(AwsException e) {
        String code = e.kind().label();
        int status = switch (e.kind()) {
            case NOT_CONFIGURED -> 409;
            case BAD_CREDENTIALS, EXPIRED, DENIED, NOT_FOUND, CONFLICT, INVALID -> 502;
            case THROTTLED, UNREACHABLE, UNAVAILABLE -> 503;
        };
        return Problem.of(status, code, String.valueOf(e.getMessage()))
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response secretStore(SecretStoreException e) {
        LOG.errorf("secret store: %s", e.getMessage());
        return Problem.of(503, "secret_store_unavailable", "the secret store cannot do this now")
                .response()
                .build();
    }

    @ServerExceptionMapper
    Response rest(WebApplicationException e) {
        if (e.getCause() instanceof JsonMappingException mapping) {
            return mismatched(mapping);
        }
        int status = e.getResponse().getStatus();
        if (e.getCause() instanceof JsonProcessingException && status == 400) {
            return Problem.of(400, "malformed_json", "the body is not a JSON document")
                    .response()
                    .build();
        }
        if (status < 400) {
            return e.getResponse();
        }
        return ofStatus(status);
    }

    @ServerExceptionMapper
    Response failure(Throwable e) {
        if (TooLarge.in(e)) {
            return Problem.of(413, "body_too_large", TooLarge.DETAIL).response().build();
        }
        LOG.error("a call failed", e);
        return ofStatus(500);
    }

    /** A login page answers with a redirect; all else is a problem with the challenge's headers. */
    private static Uni<Response> challenged(RoutingContext context) {
        HttpAuthenticator authenticator = context.get(HttpAuthenticator.class.getName());
        return authenticator.getChallenge(context).map(ProblemMappers::unauthenticated);
    }

    private static Response unauthenticated(ChallengeData challenge) {
        Response.ResponseBuilder response = challenge != null && challenge.status < 400
                ? Response.status(challenge.status)
                : Problem.of(401, "unauthenticated", "a valid bearer token is needed")
                        .response();
        if (challenge != null) {
            challenge.getHeaders().forEach((name, value) -> response.header(name.toString(), value.toString()));
        }
        return response.build();
    }

    private static Response mismatched(JsonMappingException e) {
        String field = field(e);
        return field.isEmpty()
                ? Problem.of(400, "malformed_json", "the body is not the JSON document that this call takes")
                        .response()
                        .build()
                : Problem.of(400, "invalid_field", "the field '" + field + "' is missing or not of its type")
                        .response()
                        .build();
    }

    private static Response ofStatus(int status) {
        return switch (status) {
            case 401 ->
                Problem.of(401, "unauthenticated", "a valid bearer token is needed")
                        .response()
                        .build();
            case 403 ->
                Problem.of(403, "forbidden", "your roles do not allow this")
                        .response()
                        .build();
            case 404 ->
                Problem.of(404, "not_found", "there is nothing at this path")
                        .response()
                        .build();
            case 405 ->
                Problem.of(405, "method_not_allowed", "this path does not take this method")
                        .response()
                        .build();
            case 406 ->
                Problem.of(406, "not_acceptable", "the answer is JSON")
                        .response()
                        .build();
            case 413 ->
                Problem.of(413, "body_too_large", TooLarge.DETAIL).response().build();
            case 415 ->
                Problem.of(415, "unsupported_media_type", "the body has to be application/json")
                        .response()
                        .build();
            case 500 ->
                Problem.of(500, "internal_error", "this is our fault; the log of the service says more")
                        .response()
                        .build();
            default ->
                Problem.of(status, "http_" + status, "the call was refused")
                        .response()
                        .build();
        };
    }

    private static String field(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."))
                .replace(".[", "[");
    }

    private static String sentence(ConstraintViolation<?> violation) {
        String name = "";
        for (Path.Node node : violation.getPropertyPath()) {
            name = node.getName() == null ? name : node.getName();
        }
        return snakeCase(name) + " " + violation.getMessage();
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
