package dev.sallyport.cli.login;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** An OpenID Connect issuer by its discovery document (OpenID Connect Discovery 1.0 section 4). */
final class Issuer {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final String url;
    private final JsonNode document;

    private Issuer(String url, JsonNode document) {
        this.url = url;
        this.document = document;
    }

    /** An answer of one of its endpoints. */
    record Answer(int status, JsonNode body) {

        boolean ok() {
            return status == 200;
        }

        /** RFC 6749 section 5.2. */
        String error() {
            return body.path("error").asText("");
        }

        String described() {
            String description = body.path("error_description").asText("");
            String error = error().isEmpty() ? "status " + status : error();
            return description.isEmpty() ? error : error + ": " + description;
        }
    }

    /** @throws CommandFailure when there is no issuer of that name */
    static Issuer at(String issuer) {
        String url = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        requireSafe(url);
        Answer answer = send(HttpRequest.newBuilder(URI.create(url + "/.well-known/openid-configuration"))
                .header("Accept", "application/json"));
        if (!answer.ok()) {
            throw failed(url + " answers " + answer.status() + " for its discovery document: is it an OIDC issuer?");
        }
        String named = answer.body().path("issuer").asText();
        if (!named.equals(issuer) && !named.equals(url)) {
            throw failed("the issuer at " + url + " calls itself '" + named + "'; give --issuer " + named);
        }
        return new Issuer(named, answer.body());
    }

    String url() {
        return url;
    }

    /** @throws CommandFailure when the issuer has none; {@code otherwise} says what to do then */
    URI endpoint(String name, String otherwise) {
        return optional(name).orElseThrow(() -> failed("the issuer " + url + " has no " + name + ": " + otherwise));
    }

    Optional<URI> optional(String name) {
        if (!document.path(name).isTextual()) {
            return Optional.empty();
        }
        String endpoint = document.path(name).asText();
        requireSafe(endpoint);
        return Optional.of(URI.create(endpoint));
    }

    /** Secrets go in the body, never in a URL. */
    static Answer post(URI endpoint, Map<String, String> form) {
        return send(HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(encoded(form))));
    }

    static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static Answer send(HttpRequest.Builder request) {
        HttpRequest built = request.timeout(TIMEOUT).build();
        try {
            HttpResponse<String> response = HTTP.send(built, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), parsed(response.body()));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.NOT_RUNNING,
                    "the issuer at " + built.uri().getScheme() + "://"
                            + built.uri().getAuthority() + " cannot be reached ("
                            + e.getClass().getSimpleName() + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailure(ExitCode.INTERRUPTED, "interrupted");
        }
    }

    /** Something that is no JSON is as good as nothing; the status says enough. */
    private static JsonNode parsed(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return JSON.createObjectNode();
        }
    }

    /** Tokens go there: over TLS, or not off this machine. */
    private static void requireSafe(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw failed("'" + url + "' is no address of an issuer");
        }
        boolean local = "http".equals(uri.getScheme())
                && uri.getHost() != null
                && (uri.getHost().equals("localhost")
                        || uri.getHost().equals("127.0.0.1")
                        || uri.getHost().equals("[::1]"));
        if (!"https".equals(uri.getScheme()) && !local) {
            throw failed("'" + url + "' is not https://; passwords and tokens go nowhere else");
        }
    }

    private static CommandFailure failed(String message) {
        return new CommandFailure(ExitCode.FAILED, message);
    }
}
