package dev.sallyport.sandbox.svix;

import com.svix.Webhook;
import com.svix.exceptions.EmptyWebhookSecretException;
import com.svix.exceptions.WebhookSigningException;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Posts a message to an endpoint once, signed as Svix signs. */
final class Sender implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    void send(SvixStandIn.Message message, Endpoint endpoint, Instant now) {
        try {
            HttpRequest request = HttpRequest.newBuilder(endpoint.url())
                    .timeout(PATIENCE)
                    .header("content-type", "application/json")
                    .header("svix-id", message.id())
                    .header("svix-timestamp", Long.toString(now.getEpochSecond()))
                    .header("svix-signature", sign(message, endpoint.secrets(now), now))
                    .POST(HttpRequest.BodyPublishers.ofString(message.payload()))
                    .build();
            http.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IOException away) {
            // The dashboard would show it as failed.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String sign(SvixStandIn.Message message, List<Secret> secrets, Instant now) {
        try {
            List<String> signatures = new ArrayList<>();
            for (Secret secret : secrets) {
                signatures.add(
                        new Webhook(secret.reveal()).sign(message.id(), now.getEpochSecond(), message.payload()));
            }
            return String.join(" ", signatures);
        } catch (EmptyWebhookSecretException | WebhookSigningException e) {
            throw new IllegalStateException("the endpoint's secret is of no use", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
