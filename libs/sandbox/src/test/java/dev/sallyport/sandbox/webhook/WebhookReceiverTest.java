package dev.sallyport.sandbox.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.svix.Webhook;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WebhookReceiverTest {

    private final Secret secret = WebhookReceiver.newSecret();

    @Test
    void believesOnlyWhatIsSignedWithTheSecret() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(0, secret)) {
            assertThat(send(receiver, secret, "msg_1")).isEqualTo(200);
            assertThat(send(receiver, WebhookReceiver.newSecret(), "msg_2")).isEqualTo(401);
            assertThat(receiver.messages())
                    .containsExactly(
                            new WebhookReceiver.Message("msg_1", true, "{}"),
                            new WebhookReceiver.Message("msg_2", false, "{}"));
        }
    }

    @Test
    void failsAsOftenAsItIsTold() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(0, secret)) {
            receiver.failNext(1);
            assertThat(send(receiver, secret, "msg_1")).isEqualTo(503);
            assertThat(send(receiver, secret, "msg_1")).isEqualTo(200);
            assertThat(receiver.messages()).hasSize(1);
        }
    }

    private static int send(WebhookReceiver receiver, Secret secret, String id) throws Exception {
        long now = Instant.now().getEpochSecond();
        String signature = new Webhook(secret.reveal()).sign(id, now, "{}");
        HttpRequest request = HttpRequest.newBuilder(URI.create(receiver.url()))
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", signature)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
