package dev.sallyport.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

/** A person with a bearer token. */
final class Caller {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String api;
    private final String token;

    Caller(String api, String token) {
        this.api = api;
        this.token = token;
    }

    String get(String path) {
        return send(HttpRequest.newBuilder(URI.create(api + path)));
    }

    JsonNode json(String path) {
        return parse(get(path));
    }

    JsonNode post(String path, String body) {
        return parse(send(HttpRequest.newBuilder(URI.create(api + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))));
    }

    /** My grant on {@code target}, once it is active. */
    JsonNode awaitActiveGrant(String target) {
        AtomicReference<JsonNode> found = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            for (JsonNode grant : json("/api/access/grants").path("items")) {
                if (grant.path("target").asText().equals(target)
                        && grant.path("status").asText().equals("active")) {
                    found.set(grant);
                }
            }
            return found.get() != null;
        });
        return java.util.Objects.requireNonNull(found.get());
    }

    /** Runs one statement through the Postgres side of the proxy. */
    void query(JsonNode status, JsonNode grant, String sql) throws SQLException {
        JsonNode shown = post("/api/access/grants/" + grant.path("id").asText() + "/credentials", "{}");
        Properties properties = new Properties();
        properties.setProperty("user", shown.path("username").asText());
        properties.setProperty("password", shown.path("password").asText());
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", status.path("authority_file").asText());
        String url = "jdbc:postgresql://" + shown.path("host").asText() + ":"
                + shown.path("port").asInt() + "/" + shown.path("database").asText();
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            connection.createStatement().executeQuery(sql).close();
        }
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpRequest authorised =
                    request.header("Authorization", "Bearer " + token).build();
            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(authorised, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() >= 400) {
                throw new AssertionError(
                        authorised.uri() + " answered " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new AssertionError("the API does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
