package dev.sallyport.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Our REST API as one person: every call carries that person's token. */
public final class Api {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** The API's longest page. */
    private static final int LONGEST_PAGE = 200;
    /** Of a call that may be sent again. */
    private static final int MOST_ATTEMPTS = 3;

    private static final ObjectMapper JSON = EventJson.configure(new ObjectMapper());

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;
    private final Supplier<Secret> token;

    public Api(URI base, Secret token) {
        this(base, () -> token);
    }

    /** @param token asked before each call: what lives for hours outlives a token */
    public Api(URI base, Supplier<Secret> token) {
        this.base = base;
        this.token = token;
    }

    public URI base() {
        return base;
    }

    /** An answer that was not an error, or one that the caller wants to see. */
    public record Answer(int status, JsonNode body) {

        /** The {@code code} of a problem; empty when it is none. */
        public String code() {
            return body.path("code").asText("");
        }
    }

    /** What the API at {@code base} tells everybody. */
    public static JsonNode open(URI base, String path) {
        return new Api(base, Secret.of("")).get(path);
    }

    public JsonNode get(String path) {
        return expectSuccess(path, exchange("GET", path, null));
    }

    public JsonNode post(String path, Map<String, ?> body) {
        return expectSuccess(path, exchange("POST", path, body));
    }

    /** Any call with headers of its own, its answer whatever the status. @param body what has a JSON form */
    public Answer exchange(String method, String path, @Nullable Object body, Map<String, String> headers) {
        try {
            return send(method, path, body, headers);
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    public JsonNode put(String path, Map<String, ?> body) {
        return expectSuccess(path, exchange("PUT", path, body));
    }

    public void delete(String path) {
        expectSuccess(path, exchange("DELETE", path, null));
    }

    /** The first items of a list, however many pages they are on. @param more whether there are others behind them */
    public record Listed(List<JsonNode> items, boolean more) {}

    /**
     * Follows a list's cursor.
     *
     * @param filters each with its {@code &}, or nothing
     * @param most items that are wanted, from 1
     */
    public Listed list(String path, String filters, int most) {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        while (true) {
            JsonNode page = get(path + "?limit=" + Math.min(LONGEST_PAGE, most - items.size()) + filters + cursor);
            page.path("items").forEach(items::add);
            String next = page.path("next_cursor").asText("");
            boolean more = page.path("next_cursor").isTextual();
            if (!more || items.size() >= most) {
                return new Listed(List.copyOf(items), more);
            }
            cursor = filter("cursor", next);
        }
    }

    /** A filter of a list, behind those before it; nothing for null. */
    public static String filter(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + encoded(value);
    }

    /** A text as a part of a path or of a query. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * A call that makes something, made once however often it has to be sent: it carries an {@code Idempotency-Key} of its own,
     * and is sent again, a bounded number of times, when its answer does not come.
     */
    public Answer once(String path, Map<String, ?> body) {
        String key = UUID.randomUUID().toString();
        for (int attempt = 1; ; attempt++) {
            try {
                return send("POST", path, body, Map.of("Idempotency-Key", key));
            } catch (ConnectException e) {
                throw unreachable(e);
            } catch (IOException e) {
                if (attempt == MOST_ATTEMPTS) {
                    throw unreachable(e);
                }
            }
        }
    }

    /** Any call, its answer whatever the status. */
    public Answer exchange(String method, String path, @Nullable Map<String, ?> body) {
        return exchange(method, path, body, Map.of());
    }

    private Answer send(String method, String path, @Nullable Object body, Map<String, String> headers)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(TIMEOUT)
                .header("Accept", "application/json, application/problem+json")
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
        headers.forEach(request::header);
        String bearer = token.get().reveal();
        if (!bearer.isEmpty()) {
            request.header("Authorization", "Bearer " + bearer);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parse(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    private CommandFailure unreachable(IOException e) {
        return new CommandFailure(
                ExitCode.NOT_RUNNING,
                "the API at " + base + " cannot be reached (" + e.getClass().getSimpleName()
                        + "); `sally status` shows what runs, `sally up` starts it");
    }

    /** The body of an answer that is no error; an error becomes a {@link CommandFailure}. */
    public static JsonNode expectSuccess(String path, Answer answer) {
        if (answer.status() == 401) {
            throw new CommandFailure(
                    ExitCode.LOGIN_NEEDED, path + " answered 401: the token is not, or no longer, good; `sally login`");
        }
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
