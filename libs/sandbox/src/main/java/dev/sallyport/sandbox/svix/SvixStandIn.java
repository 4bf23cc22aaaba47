package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.svix.Webhook;
import com.svix.exceptions.EmptyWebhookSecretException;
import com.svix.exceptions.WebhookSigningException;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Svix's API v1 for the calls that are used here, as its OpenAPI document has them: applications, event types, endpoints and
 * messages. A message goes out to its application's endpoints at once, signed; a failed one is not tried again. State lasts
 * as long as the process.
 */
public final class SvixStandIn implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern UID = Pattern.compile("[a-zA-Z0-9\\-_.]{1,256}");
    private static final Pattern EVENT_TYPE = Pattern.compile("[a-zA-Z0-9\\-_.]{1,256}");

    private final Secret token;
    private final LoopbackServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, App> apps = new LinkedHashMap<>();
    private final Map<String, String> eventTypes = new TreeMap<>();
    private int failing;
    private int failure;

    /** An application with its endpoints and messages. */
    private record App(String id, String uid, String name, Map<String, String> endpoints, List<Message> messages) {}

    /** A message that was taken. */
    public record Message(String id, String eventId, String eventType, String payload) {}

    /**
     * @param port 0 for a free one
     * @param token that the API takes
     */
    public SvixStandIn(int port, Secret token) {
        this.token = token;
        this.server = new LoopbackServer(port, this::handle);
    }

    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** The next {@code calls} calls are answered with {@code status}. */
    public synchronized void failNext(int calls, int status) {
        failing = calls;
        failure = status;
    }

    /** The messages of the application, the oldest first. */
    public synchronized List<Message> messages(String uid) {
        App app = apps.get(uid);
        return app == null ? List.of() : List.copyOf(app.messages());
    }

    /** Registered event types with their descriptions. */
    public synchronized Map<String, String> eventTypes() {
        return Map.copyOf(eventTypes);
    }

    /** Removes an application, as people do in the dashboard. */
    public synchronized void remove(String uid) {
        apps.remove(uid);
    }

    /** Adds an endpoint; what its messages are signed with is {@code secret}. */
    public synchronized void endpoint(String uid, String url, Secret secret) {
        App app = apps.computeIfAbsent(uid, absent -> app(uid, uid));
        app.endpoints().put(url, secret.reveal());
    }

    @Override
    public void close() {
        server.close();
        http.shutdownNow();
    }

    private synchronized Reply handle(Request request) {
        try {
            if (failing > 0) {
                failing--;
                throw new SvixError(failure, "server_error", "not now");
            }
            if (!request.header("Authorization").equals("Bearer " + token.reveal())) {
                throw new SvixError(401, "authentication_failed", "Invalid token");
            }
            return answer(request, request.path().replaceFirst("/$", "").split("/"));
        } catch (SvixError e) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put("code", e.code()).put("detail", e.getMessage());
            return Reply.json(e.status(), body.toString());
        }
    }

    /** @param path an empty segment first, then {@code api}, {@code v1} and what follows */
    private Reply answer(Request request, String[] path) {
        String call =
                request.method() + " " + String.join("/", path).replaceFirst("^/api/v1/app/[^/]+", "/api/v1/app/*");
        return switch (call) {
            case "POST /api/v1/app" -> createApp(body(request), request.query().containsKey("get_if_exists"));
            case "POST /api/v1/event-type" -> createType(body(request));
            case "POST /api/v1/app/*/msg" -> createMessage(app(path[4]), body(request));
            default -> throw new SvixError(404, "not_found", "Entity not found");
        };
    }

    private Reply createApp(JsonNode body, boolean getIfExists) {
        String uid = text(body, "uid", UID);
        String name = text(body, "name", Pattern.compile(".+"));
        App known = apps.get(uid);
        if (known != null && !getIfExists) {
            throw new SvixError(409, "conflict", "An entity with that id already exists.");
        }
        App app = known == null ? app(uid, name) : known;
        apps.put(uid, app);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", app.id()).put("uid", app.uid()).put("name", app.name());
        answer.putObject("metadata");
        stamp(answer);
        return Reply.json(known == null ? 201 : 200, answer.toString());
    }

    private Reply createType(JsonNode body) {
        String name = text(body, "name", EVENT_TYPE);
        String description = text(body, "description", Pattern.compile("(?s).*"));
        if (eventTypes.putIfAbsent(name, description) != null) {
            throw new SvixError(409, "event_type_exists", "An event_type with this name already exists");
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("name", name)
                .put("description", description)
                .put("archived", false)
                .put("deprecated", false);
        stamp(answer);
        return Reply.json(201, answer.toString());
    }

    private Reply createMessage(App app, JsonNode body) {
        String eventType = text(body, "eventType", EVENT_TYPE);
        String eventId = text(body, "eventId", UID);
        JsonNode payload = body.path("payload");
        if (!payload.isObject()) {
            throw invalid("payload");
        }
        // What the libraries send, so that a payload goes out to the byte.
        JsonNode raw = body.at("/transformationsParams/rawPayload");
        String sent = raw.isTextual() ? raw.asText() : payload.toString();
        if (app.messages().stream().anyMatch(message -> message.eventId().equals(eventId))) {
            throw new SvixError(409, "conflict", "A message with this eventId already exists.");
        }
        Message message = new Message("msg_" + Secret.random(27).reveal(), eventId, eventType, sent);
        app.messages().add(message);
        app.endpoints().forEach((url, secret) -> deliver(message, url, secret));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("id", message.id()).put("eventId", eventId).put("eventType", eventType);
        answer.set("payload", payload);
        answer.put("timestamp", Instant.now().toString());
        return Reply.json(202, answer.toString());
    }

    private void deliver(Message message, String url, String secret) {
        try {
            long now = Instant.now().getEpochSecond();
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("content-type", "application/json")
                    .header("svix-id", message.id())
                    .header("svix-timestamp", Long.toString(now))
                    .header("svix-signature", new Webhook(secret).sign(message.id(), now, message.payload()))
                    .POST(HttpRequest.BodyPublishers.ofString(message.payload()))
                    .build();
            http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException away) {
            // The dashboard would show it as failed.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (EmptyWebhookSecretException | WebhookSigningException e) {
            throw new IllegalStateException("the endpoint's secret is of no use", e);
        }
    }

    private App app(String uid) {
        @Nullable App app = apps.get(uid);
        if (app == null) {
            throw new SvixError(404, "not_found", "Entity not found");
        }
        return app;
    }

    private static App app(String uid, String name) {
        return new App("app_" + Secret.random(27).reveal(), uid, name, new LinkedHashMap<>(), new ArrayList<>());
    }

    private static void stamp(ObjectNode answer) {
        String now = Instant.now().toString();
        answer.put("createdAt", now).put("updatedAt", now);
    }

    private static String text(JsonNode body, String field, Pattern form) {
        String text = body.path(field).asText("");
        if (!body.path(field).isTextual() || !form.matcher(text).matches()) {
            throw invalid(field);
        }
        return text;
    }

    private static SvixError invalid(String field) {
        return new SvixError(422, "validation_error", "the field '" + field + "' is missing or not valid");
    }

    private static JsonNode body(Request request) {
        try {
            return JSON.readTree(request.text());
        } catch (JsonProcessingException e) {
            throw new SvixError(400, "invalid_json", "Request body is not valid JSON");
        }
    }
}
