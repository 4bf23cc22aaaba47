package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import dev.sallyport.sandbox.svix.SvixStandIn.Message;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls of the API and the state that they change. Not safe for threads: the stand-in lets one call in at a time. */
final class SvixCalls {

    private static final Pattern DESCRIPTION = Pattern.compile("(?s).*");
    private static final int DEFAULT_PAGE = 50;
    private static final int LARGEST_PAGE = 250;

    private final Map<String, App> apps = new LinkedHashMap<>();
    private final Map<String, ObjectNode> eventTypes = new TreeMap<>();
    private final Sender sender;
    private final InstantSource clock;

    SvixCalls(Sender sender, InstantSource clock) {
        this.sender = sender;
        this.clock = clock;
    }

    Map<String, App> apps() {
        return apps;
    }

    Map<String, ObjectNode> eventTypes() {
        return eventTypes;
    }

    /** @param path what follows {@code /api/v1/}; ids are its second and fourth piece */
    Reply answer(Request request, String[] path) {
        String[] form = path.clone();
        for (int id = 1; id <= 3 && id < form.length; id += 2) {
            form[id] = "*";
        }
        return switch (request.method() + " " + String.join("/", form)) {
            case "POST app" -> createApp(request);
            case "GET app" -> page(request, List.copyOf(apps.values()), App::id, App::json);
            case "GET app/*" -> json(200, app(path[1]).json());
            case "DELETE app/*" -> removeApp(app(path[1]));
            case "POST event-type" -> createType(Body.of(request.text()));
            case "GET event-type" ->
                page(
                        request,
                        List.copyOf(eventTypes.values()),
                        type -> type.path("name").asText(),
                        type -> type);
            case "GET event-type/*" -> json(200, type(path[1]));
            case "POST app/*/msg" -> createMessage(app(path[1]), Body.of(request.text()));
            case "GET app/*/msg" -> page(request, app(path[1]).messages(), Message::id, SvixCalls::shown);
            case "GET app/*/msg/*" -> json(200, shown(app(path[1]).message(path[3])));
            case "POST app/*/endpoint" -> createEndpoint(app(path[1]), Body.of(request.text()));
            case "GET app/*/endpoint" ->
                page(request, List.copyOf(app(path[1]).endpoints().values()), Endpoint::id, Endpoint::json);
            case "GET app/*/endpoint/*" ->
                json(200, app(path[1]).endpoint(path[3]).json());
            case "PUT app/*/endpoint/*" ->
                updateEndpoint(app(path[1]), app(path[1]).endpoint(path[3]), Body.of(request.text()));
            case "DELETE app/*/endpoint/*" ->
                removeEndpoint(app(path[1]), app(path[1]).endpoint(path[3]));
            case "GET app/*/endpoint/*/secret" -> secret(app(path[1]).endpoint(path[3]));
            case "POST app/*/endpoint/*/secret/rotate" ->
                rotate(app(path[1]), app(path[1]).endpoint(path[3]), Body.of(request.text()));
            default -> throw SvixError.notFound();
        };
    }

    private Reply createApp(Request request) {
        Body body = Body.of(request.text());
        String name = body.text("name", Body.ANY);
        String uid = body.optional("uid", Body.NAME).orElseGet(() -> id(""));
        App known = apps.get(uid);
        if (known != null && !"true".equals(request.query().get("get_if_exists"))) {
            throw SvixError.of(409, "conflict", "An entity with that id already exists.");
        }
        App app = known == null ? add(uid, name) : known;
        return json(known == null ? 201 : 200, app.json());
    }

    App add(String uid, String name) {
        App app = App.of(id("app_"), uid, name, clock.instant());
        apps.put(uid, app);
        return app;
    }

    private Reply removeApp(App app) {
        apps.remove(app.uid());
        return nothing();
    }

    private Reply createType(Body body) {
        String name = body.text("name", Body.NAME);
        ObjectNode type = JsonNodeFactory.instance.objectNode();
        String now = clock.instant().toString();
        type.put("name", name)
                .put("description", body.text("description", DESCRIPTION))
                .put("archived", false)
                .put("deprecated", false)
                .putNull("schemas");
        type.put("createdAt", now).put("updatedAt", now);
        if (eventTypes.putIfAbsent(name, type) != null) {
            throw SvixError.of(409, "event_type_exists", "An event_type with this name already exists");
        }
        return json(201, type);
    }

    private Reply createMessage(App app, Body body) {
        String eventType = body.text("eventType", Body.NAME);
        String eventId = body.optional("eventId", Body.NAME).orElse("");
        JsonNode payload = body.json().path("payload");
        if (!payload.isObject()) {
            throw SvixError.invalid("payload", "value is not a valid dict", "type_error.dict");
        }
        if (!eventId.isEmpty()
                && app.messages().stream().anyMatch(message -> message.eventId().equals(eventId))) {
            throw SvixError.of(409, "conflict", "A message with this eventId already exists.");
        }
        // What the libraries send, so that a payload goes out to the byte.
        JsonNode raw = body.json().at("/transformationsParams/rawPayload");
        String sent = raw.isTextual() ? raw.asText() : payload.toString();
        Instant now = clock.instant();
        Message message = new Message(id("msg_"), eventId, eventType, sent, now);
        app.messages().add(message);
        app.endpoints().values().stream()
                .filter(endpoint -> endpoint.gets(eventType))
                .forEach(endpoint -> sender.send(message, endpoint, now));
        return json(202, shown(message).set("payload", payload));
    }

    private Reply createEndpoint(App app, Body body) {
        Endpoint endpoint = described(id("ep_"), body, body.secret("secret").orElseGet(WebhookReceiver::newSecret));
        boolean taken = app.endpoints().values().stream()
                .anyMatch(other -> other.uid() != null && other.uid().equals(endpoint.uid()));
        if (taken) {
            throw SvixError.of(409, "conflict", "An entity with that id already exists.");
        }
        app.endpoints().put(endpoint.id(), endpoint);
        return json(201, endpoint.json());
    }

    private Reply updateEndpoint(App app, Endpoint endpoint, Body body) {
        Endpoint updated = endpoint.as(described(endpoint.id(), body, endpoint.secret()));
        app.endpoints().put(endpoint.id(), updated);
        return json(200, updated.json());
    }

    private Endpoint described(String id, Body body, Secret secret) {
        Instant now = clock.instant();
        return new Endpoint(
                id,
                body.optional("uid", Body.NAME).orElse(null),
                body.url(),
                body.optional("description", DESCRIPTION).orElse(""),
                body.names("filterTypes"),
                body.flag("disabled"),
                secret,
                null,
                now,
                now,
                now);
    }

    private static Reply removeEndpoint(App app, Endpoint endpoint) {
        app.endpoints().remove(endpoint.id());
        return nothing();
    }

    private static Reply secret(Endpoint endpoint) {
        return json(
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("key", endpoint.secret().reveal()));
    }

    private Reply rotate(App app, Endpoint endpoint, Body body) {
        Secret next = body.secret("key").orElseGet(WebhookReceiver::newSecret);
        app.endpoints().put(endpoint.id(), endpoint.rotated(next, body.grace(), clock.instant()));
        return nothing();
    }

    /** {@code ListResponse…}: its iterator is the id of the last that was shown. */
    private static <T> Reply page(
            Request request, List<T> all, Function<T, String> id, Function<T, ? extends JsonNode> shown) {
        int limit = limit(request.query().get("limit"));
        List<T> rest = new ArrayList<>(all);
        String after = request.query().getOrDefault("iterator", "");
        if (!after.isEmpty()) {
            int at = all.stream().map(id).toList().indexOf(after);
            if (at < 0) {
                throw SvixError.invalid("iterator", "invalid iterator", "value_error");
            }
            rest = rest.subList(at + 1, rest.size());
        }
        List<T> items = rest.subList(0, Math.min(limit, rest.size()));
        ObjectNode page = JsonNodeFactory.instance.objectNode();
        items.forEach(item -> page.withArray("data").add(shown.apply(item)));
        page.withArray("data");
        page.put("done", items.size() == rest.size())
                .put("iterator", items.isEmpty() ? null : id.apply(items.getLast()))
                .putNull("prevIterator");
        return json(200, page);
    }

    private static int limit(@Nullable String text) {
        try {
            int limit = text == null ? DEFAULT_PAGE : Integer.parseInt(text);
            if (limit >= 1 && limit <= LARGEST_PAGE) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw SvixError.invalid("limit", "ensure this value is from 1 to " + LARGEST_PAGE, "value_error.number");
    }

    private App app(String idOrUid) {
        return apps.values().stream().filter(app -> app.is(idOrUid)).findFirst().orElseThrow(SvixError::notFound);
    }

    private ObjectNode type(String name) {
        ObjectNode type = eventTypes.get(name);
        if (type == null) {
            throw SvixError.notFound();
        }
        return type;
    }

    /** {@code MessageOut}, without the payload. */
    private static ObjectNode shown(Message message) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        return out.put("id", message.id())
                .put("eventId", message.eventId().isEmpty() ? null : message.eventId())
                .put("eventType", message.eventType())
                .put("timestamp", message.at().toString());
    }

    static String id(String prefix) {
        return prefix + Secret.random(27).reveal();
    }

    private static Reply json(int status, JsonNode body) {
        return Reply.json(status, body.toString());
    }

    private static Reply nothing() {
        return new Reply(204, Map.of(), new byte[0]);
    }
}
