package dev.sallyport.sandbox.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Takes messages at {@code POST /services/T…/B…/<token>}, answers {@code ok} or in Slack's words, and lists the last
 * {@value #KEPT} at {@code GET /messages}.
 */
public final class ChatStandIn implements AutoCloseable {

    /** How many messages it remembers. */
    public static final int KEPT = 1_000;

    private static final String HOOK = "/services/T00000000/B00000000/";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoopbackServer server;
    private final Secret token;
    private final Deque<JsonNode> messages = new ArrayDeque<>();
    private final Deque<Reply> planned = new ArrayDeque<>();

    /**
     * @param port 0 for a free one
     * @param token the last part of the webhook's path, which nobody else knows
     */
    public ChatStandIn(int port, Secret token) {
        this.token = token;
        this.server = new LoopbackServer(port, this::handle);
    }

    /** Where a webhook with this token is. */
    public static Secret webhookAt(int port, Secret token) {
        return Secret.of("http://127.0.0.1:" + port + HOOK + token.reveal());
    }

    /** The incoming webhook. Who has its URL may post. */
    public Secret webhook() {
        return webhookAt(server.port(), token);
    }

    /** The next {@code count} messages are answered so and forgotten, as Slack does, for instance 410 channel_is_archived. */
    public void answerNext(int count, int status, String word) {
        plan(count, Reply.of(status, "text/html", word));
    }

    /** The next {@code count} messages are too many: 429 with {@code Retry-After}. */
    public void limitNext(int count, int retryAfterSeconds) {
        plan(count, new Reply(429, Map.of("Retry-After", Integer.toString(retryAfterSeconds)), new byte[0]));
    }

    /** What was planned is not done. */
    public void answerAsUsual() {
        synchronized (planned) {
            planned.clear();
        }
    }

    /** What was posted, the oldest first. */
    public List<JsonNode> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private void plan(int count, Reply reply) {
        synchronized (planned) {
            for (int i = 0; i < count; i++) {
                planned.addLast(reply);
            }
        }
    }

    private Reply handle(Request request) {
        if (request.method().equals("GET") && request.path().equals("/messages")) {
            ArrayNode list = JSON.createArrayNode();
            messages().forEach(list::add);
            return Reply.json(200, list.toString());
        }
        boolean ours = request.path().startsWith(HOOK)
                && Secret.of(request.path().substring(HOOK.length())).equals(token);
        if (!request.method().equals("POST") || !ours) {
            return word(404, "no_service");
        }
        synchronized (planned) {
            Reply next = planned.pollFirst();
            return next == null ? take(request) : next;
        }
    }

    private Reply take(Request request) {
        JsonNode message = parsed(request);
        if (!message.isObject()) {
            return word(400, "invalid_payload");
        }
        boolean blocks = message.has("blocks");
        if (blocks && !BlockKit.valid(message.path("blocks"))) {
            return word(400, "invalid_blocks");
        }
        if (!blocks && message.path("text").asText().isEmpty()) {
            return word(400, "no_text");
        }
        synchronized (messages) {
            if (messages.size() == KEPT) {
                messages.removeFirst();
            }
            messages.addLast(message);
        }
        return word(200, "ok");
    }

    /** JSON, or a form whose field {@code payload} is JSON. Missing when it is neither. */
    private static JsonNode parsed(Request request) {
        boolean form = request.header("content-type").startsWith("application/x-www-form-urlencoded");
        try {
            return JSON.readTree(form ? request.form().getOrDefault("payload", "") : request.text());
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static Reply word(int status, String word) {
        return Reply.of(status, "text/html", word);
    }
}
