package dev.sallyport.sandbox.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.svix.Webhook;
import com.svix.exceptions.EmptyWebhookSecretException;
import com.svix.exceptions.WebhookVerificationException;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.http.LoopbackServer;
import dev.sallyport.sandbox.http.LoopbackServer.Reply;
import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.net.http.HttpHeaders;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody else's system that takes our webhooks at {@code POST /webhook}. It believes a message only when the Svix library
 * finds its signature right, and lists the last {@value #KEPT} at {@code GET /messages}.
 */
public final class WebhookReceiver implements AutoCloseable {

    /** How many messages it remembers. */
    public static final int KEPT = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final LoopbackServer server;
    private final Webhook verifier;
    private final AtomicInteger toFail = new AtomicInteger();
    private final Deque<Message> messages = new ArrayDeque<>();

    /**
     * A message that came.
     *
     * @param id the header {@code webhook-id}
     * @param verified whether its signature was right
     */
    public record Message(String id, boolean verified, String body) {}

    /**
     * @param port 0 for a free one
     * @param secret with which messages are signed, {@code whsec_…}
     */
    public WebhookReceiver(int port, Secret secret) {
        this.verifier = verifier(secret);
        this.server = new LoopbackServer(port, this::handle);
    }

    private static Webhook verifier(Secret secret) {
        try {
            return new Webhook(secret.reveal());
        } catch (EmptyWebhookSecretException e) {
            throw new IllegalArgumentException("the signing secret is empty", e);
        }
    }

    /** A new signing secret in the form that Standard Webhooks gives it. */
    public static Secret newSecret() {
        return Secret.of("whsec_"
                + Base64.getEncoder()
                        .encodeToString(
                                Secret.random(32).reveal().getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
    }

    /** Where to send messages. */
    public String url() {
        return "http://127.0.0.1:" + server.port() + "/webhook";
    }

    /** The next {@code count} messages are answered with 503 and forgotten. */
    public void failNext(int count) {
        toFail.set(count);
    }

    /** What came, the oldest first. */
    public List<Message> messages() {
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private Reply handle(Request request) {
        return switch (request.method() + " " + request.path()) {
            case "POST /webhook" -> receive(request);
            case "GET /messages" -> Reply.json(200, listed());
            default -> Reply.of(404, "text/plain", "nothing here\n");
        };
    }

    private Reply receive(Request request) {
        if (toFail.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Reply.of(503, "text/plain", "not now\n");
        }
        boolean verified = verified(request);
        synchronized (messages) {
            if (messages.size() == KEPT) {
                messages.removeFirst();
            }
            messages.addLast(new Message(request.header("webhook-id"), verified, request.text()));
        }
        return verified ? Reply.json(200, "{}") : Reply.of(401, "text/plain", "the signature is wrong\n");
    }

    private boolean verified(Request request) {
        try {
            verifier.verify(
                    request.text(), HttpHeaders.of(request.exchange().getRequestHeaders(), (name, value) -> true));
            return true;
        } catch (WebhookVerificationException wrong) {
            return false;
        }
    }

    private String listed() {
        ArrayNode list = JSON.createArrayNode();
        for (Message message : messages()) {
            list.addObject()
                    .put("id", message.id())
                    .put("verified", message.verified())
                    .put("body", message.body());
        }
        return list.toString();
    }
}
