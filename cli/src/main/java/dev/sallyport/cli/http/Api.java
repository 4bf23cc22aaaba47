package dev.sallyport.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Our REST API as one person: every call carries that person's token. */
public final class Api {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final Secret token;

    public Api(URI base, Secret token) {
        this.base = base;
        this.token = token;
    }

    /** An answer that was not an error, or one that the caller wants to see. */
    public record Answer(int status, JsonNode body) {

        /** The {@code code} of a problem; empty when it is none. */
        public String code() {
            return body.path("code").asText("");
        }
    }

    public JsonNode get(String path) {
        return expectSuccess(path, exchange("GET", path, null));
    }

    public JsonNode post(String path, Map<String, ?> body) {
        return expectSuccess(path, exchange("POST", path, body));
    }

    public JsonNode put(String path, Map<String, ?> body) {
        return expectSuccess(path, exchange("PUT", path, body));
    }

    public void delete(String path) {
        expectSuccess(path, exchange("DELETE", path, null));
    }

    /** Any call, its answer whatever the status. */
    public Answer exchange(String method, String path, @Nullable Map<String, ?> body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                    .timeout(TIMEOUT)
                    .header("Authorization", "Bearer " + token.reveal())
                    .header("Accept", "application/json, application/problem+json")
                    .header("Content-Type", "application/json")
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                    .build();
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parse(response.body()));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NOT_RUNNING,
                    "the API at " + base + " cannot be reached (" + e.getClass().getSimpleName()
                            + "); `sally status` shows what runs, `sally up` starts it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.FAILED, "interrupted");
        }
    }

    /** The body of an answer that is no error; an error becomes a {@link CommandFailure}. */
    public static JsonNode expectSuccess(String path, Answer answer) {
        if (answer.status() >= 400) {
            String message = answer.body().path("message").asText(answer.body().toString());
            throw new CommandFailure(
                    ExitCode.REFUSED, path + " answered " + answer.status() + " " + answer.code() + ": " + message);
        }
        return answer.body();
    }

    private static JsonNode parse(String text) throws JsonProcessingException {
        return text.isBlank() ? JSON.nullNode() : JSON.readTree(text);
    }
}
