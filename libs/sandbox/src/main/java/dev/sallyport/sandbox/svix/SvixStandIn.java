package dev.sallyport.sandbox.svix;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Svix's API v1 for applications, event types, endpoints and messages, as its OpenAPI document has them, errors included. A
 * message goes out to its application's endpoints at once, signed; a failed one is not tried again. State lasts as long as the
 * process. A call that is not known is answered with 404.
 */
public final class SvixStandIn implements AutoCloseable {

    private static final String ROOT = "/api/v1/";

    private final Secret token;
    private final Sender sender = new Sender();
    private final InstantSource clock = InstantSource.system();
    private final SvixCalls calls = new SvixCalls(sender, clock);
    private final LoopbackServer server;
    private int failing;
    private int failure;

    /**
     * A message that was taken.
     *
     * @param eventId the sender's id for it; empty when it gave none
     */
    public record Message(String id, String eventId, String eventType, String payload, Instant at) {}

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

    /** The next {@code count} calls are answered with {@code status}. */
    public synchronized void failNext(int count, int status) {
        failing = count;
        failure = status;
    }

    /** The messages of the application, the oldest first. */
    public synchronized List<Message> messages(String uid) {
        App app = calls.apps().get(uid);
        return app == null ? List.of() : List.copyOf(app.messages());
    }

    /** Registered event types with their descriptions. */
    public synchronized Map<String, String> eventTypes() {
        Map<String, String> described = new TreeMap<>();
        calls.eventTypes()
                .forEach((name, type) ->
                        described.put(name, type.path("description").asText()));
        return described;
    }

    /** Removes an application, as people do in the dashboard. */
    public synchronized void remove(String uid) {
        calls.apps().remove(uid);
    }

    /** Adds an endpoint; what its messages are signed with is {@code secret}. */
    public synchronized void endpoint(String uid, String url, Secret secret) {
        App known = calls.apps().get(uid);
        App app = known == null ? calls.add(uid, uid) : known;
        Instant now = clock.instant();
        Endpoint endpoint =
                new Endpoint(SvixCalls.id("ep_"), null, URI.create(url), "", null, false, secret, null, now, now, now);
        app.endpoints().put(endpoint.id(), endpoint);
    }

    @Override
    public void close() {
        server.close();
        sender.close();
    }

    private synchronized Reply handle(Request request) {
        try {
            if (failing > 0) {
                failing--;
                throw injected();
            }
            if (!request.header("Authorization").equals("Bearer " + token.reveal())) {
                throw SvixError.of(401, "authentication_failed", "Invalid token");
            }
            if (!request.path().startsWith(ROOT)) {
                throw SvixError.notFound();
            }
            return calls.answer(request, request.path().substring(ROOT.length()).split("/"));
        } catch (SvixError e) {
            return Reply.json(e.status(), e.json());
        }
    }

    private SvixError injected() {
        return failure == 422
                ? SvixError.invalid("payload", "value is not a valid dict", "type_error.dict")
                : SvixError.of(failure, "server_error", "not now");
    }
}
