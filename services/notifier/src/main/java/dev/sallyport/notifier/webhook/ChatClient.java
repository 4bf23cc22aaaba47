package dev.sallyport.notifier.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Posts to the incoming webhook of a chat and understands its answers (docs.slack.dev, "Sending messages using incoming
 * webhooks", handling errors). The URL lets in whoever has it: nothing that is said here holds it.
 */
@ApplicationScoped
class ChatClient {

    private static final MediaType JSON = MediaType.get("application/json");

    private static final int LONGEST_WORD = 64;

    /** What Slack says of itself; an answer in other words is not repeated. */
    private static final Set<String> WORDS = Set.of(
            "action_prohibited",
            "channel_is_archived",
            "channel_not_found",
            "invalid_blocks",
            "invalid_payload",
            "invalid_token",
            "no_active_hooks",
            "no_service",
            "no_team",
            "no_text",
            "posting_to_general_channel_denied",
            "rollup_error",
            "team_disabled",
            "too_many_attachments",
            "user_not_found");

    private final GuardedHttp http;

    ChatClient(GuardedHttp http) {
        this.http = http;
    }

    /** How long one try takes at most. */
    Duration longest() {
        return http.longest();
    }

    Attempt send(Endpoint.Chat chat, Delivery delivery, Instant now) throws InterruptedException {
        Request request = new Request.Builder()
                .url(HttpUrl.get(chat.url().reveal()))
                .header("user-agent", "sallyport")
                .post(RequestBody.create(delivery.body().getBytes(StandardCharsets.UTF_8), JSON))
                .build();
        return http.exchange(request, chat.privateAllowed(), answer -> judge(answer, now));
    }

    private static Attempt judge(Response answer, Instant now) throws IOException {
        int status = answer.code();
        if (answer.isSuccessful()) {
            return new Attempt.Accepted(status);
        }
        String said = "the chat answered with " + status + word(answer);
        return switch (status) {
            case 400, 413 -> new Attempt.Failed(status, said + ": it finds the message wrong", true);
            case 403, 404, 410 ->
                new Attempt.Failed(
                        status,
                        said
                                + ": the webhook may not post; see to it, or set sallyport.chat.url to a new one, then replay",
                        true);
            default -> new Attempt.Failed(status, said, false, RetryAfter.of(answer, now));
        };
    }

    private static String word(Response answer) throws IOException {
        String word = answer.peekBody(LONGEST_WORD).string().strip();
        return WORDS.contains(word) ? " (" + word + ")" : "";
    }
}
