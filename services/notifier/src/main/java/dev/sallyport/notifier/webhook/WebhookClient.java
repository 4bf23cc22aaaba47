package dev.sallyport.notifier.webhook;

import com.svix.exceptions.WebhookSigningException;
import dev.sallyport.kernel.Secret;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Signs and posts, as Standard Webhooks asks. The message id is the event's, so a receiver knows a message that comes again.
 * Of the answer nothing is read but its head.
 */
@ApplicationScoped
class WebhookClient {

    private static final int GONE = 410;
    private static final MediaType JSON = MediaType.get("application/json");

    private final GuardedHttp http;

    WebhookClient(GuardedHttp http) {
        this.http = http;
    }

    /** How long one try takes at most. */
    Duration longest() {
        return http.longest();
    }

    Attempt send(Endpoint.Http endpoint, Delivery delivery, Instant now) throws InterruptedException {
        return http.exchange(request(endpoint, delivery, now), endpoint.privateAllowed(), answer -> judge(answer, now));
    }

    private static Attempt judge(Response answer, Instant now) {
        int status = answer.code();
        if (answer.isSuccessful()) {
            return new Attempt.Accepted(status);
        }
        return new Attempt.Failed(status, "answered with " + status, status == GONE, RetryAfter.of(answer, now));
    }

    private static Request request(Endpoint.Http endpoint, Delivery delivery, Instant now) {
        String timestamp = Long.toString(now.getEpochSecond());
        String signature = sign(endpoint.secrets(), delivery, now.getEpochSecond());
        Request.Builder request =
                new Request.Builder().url(endpoint.url().toString()).header("user-agent", "sallyport");
        for (String prefix : new String[] {"webhook", "svix"}) {
            request.header(prefix + "-id", delivery.eventId())
                    .header(prefix + "-timestamp", timestamp)
                    .header(prefix + "-signature", signature);
        }
        return request.post(RequestBody.create(delivery.body().getBytes(java.nio.charset.StandardCharsets.UTF_8), JSON))
                .build();
    }

    /** With each; receivers take a message of which one signature is right. */
    private static String sign(List<Secret> secrets, Delivery delivery, long epochSecond) {
        try {
            List<String> signatures = new ArrayList<>();
            for (Secret secret : secrets) {
                signatures.add(SigningSecret.signer(secret).sign(delivery.eventId(), epochSecond, delivery.body()));
            }
            return String.join(" ", signatures);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("event " + delivery.eventId() + " could not be signed", e);
        }
    }
}
