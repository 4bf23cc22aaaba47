package dev.sallyport.notifier.webhook;

import com.svix.Webhook;
import com.svix.exceptions.EmptyWebhookSecretException;
import com.svix.exceptions.WebhookSigningException;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Signs and posts. The message id is the event's, so a receiver knows a message that comes again. Follows no redirect, reads
 * nothing of the answer but its status.
 */
@ApplicationScoped
class WebhookClient implements Destination {

    private static final int GONE = 410;

    private final NotifierConfig.Webhooks config;
    private final boolean privateAllowed;
    private final List<Webhook> signers;
    private final HttpClient http;

    WebhookClient(NotifierConfig config) {
        this.config = config.webhooks();
        boolean local = config.mode() == NotifierConfig.Mode.LOCAL;
        privateAllowed = local || this.config.allowPrivateAddresses();
        signers = this.config.url().isPresent() ? signers(this.config, local) : List.of();
        http = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(this.config.timeout())
                .build();
    }

    /** The newest first; receivers take a message of which one signature is right. */
    private static List<Webhook> signers(NotifierConfig.Webhooks config, boolean local) {
        String scheme = config.url().map(URI::getScheme).orElse("");
        if (!scheme.equals("https") && !(local && scheme.equals("http"))) {
            throw new IllegalStateException("sallyport.webhooks.url has to begin with https://"
                    + (local ? " or http://" : "; http:// is for local mode only"));
        }
        Secret secret = config.secret()
                .orElseThrow(() -> new IllegalStateException(
                        "sallyport.webhooks.secret is missing: without it nobody could trust a message"));
        List<Webhook> all = new ArrayList<>();
        all.add(signer("secret", secret));
        config.previousSecret().ifPresent(previous -> all.add(signer("previous-secret", previous)));
        return List.copyOf(all);
    }

    private static Webhook signer(String key, Secret secret) {
        try {
            return new Webhook(secret.reveal());
        } catch (EmptyWebhookSecretException | IllegalArgumentException e) {
            // Not the cause: it may quote the secret.
            throw new IllegalStateException("sallyport.webhooks." + key + " is not whsec_ followed by base64");
        }
    }

    /** One try, which takes no longer than {@code sallyport.webhooks.timeout} for the connection and as long for the answer. */
    /** Connecting and answering may each take the whole timeout. */
    @Override
    public Duration longest() {
        return config.timeout().multipliedBy(2);
    }

    @Override
    public Attempt send(Delivery delivery, Instant now) throws InterruptedException {
        URI url = config.url().orElseThrow();
        try {
            if (!privateAllowed && leadsInside(url)) {
                return new Attempt.Failed(null, url.getHost() + " has a private address, which is not allowed", false);
            }
            HttpResponse<InputStream> answer =
                    http.send(request(url, delivery, now), HttpResponse.BodyHandlers.ofInputStream());
            answer.body().close();
            return judge(answer.statusCode());
        } catch (UnknownHostException e) {
            return new Attempt.Failed(null, "the name " + url.getHost() + " is not known", false);
        } catch (HttpTimeoutException e) {
            return new Attempt.Failed(null, "no answer within " + config.timeout(), false);
        } catch (IOException e) {
            return new Attempt.Failed(null, "no answer (" + e.getClass().getSimpleName() + ")", false);
        }
    }

    private static Attempt judge(int status) {
        if (status >= 200 && status < 300) {
            return new Attempt.Accepted(status);
        }
        return new Attempt.Failed(status, "answered with " + status, status == GONE);
    }

    private static boolean leadsInside(URI url) throws UnknownHostException {
        for (InetAddress address : InetAddress.getAllByName(url.getHost())) {
            if (Addresses.isPrivate(address)) {
                return true;
            }
        }
        return false;
    }

    private HttpRequest request(URI url, Delivery delivery, Instant now) {
        String timestamp = Long.toString(now.getEpochSecond());
        String signature = sign(delivery, now.getEpochSecond());
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(config.timeout())
                .header("content-type", "application/json")
                .header("user-agent", "sallyport");
        for (String prefix : new String[] {"webhook", "svix"}) {
            request.header(prefix + "-id", delivery.eventId())
                    .header(prefix + "-timestamp", timestamp)
                    .header(prefix + "-signature", signature);
        }
        return request.POST(HttpRequest.BodyPublishers.ofString(delivery.body()))
                .build();
    }

    private String sign(Delivery delivery, long epochSecond) {
        try {
            List<String> signatures = new ArrayList<>();
            for (Webhook key : signers) {
                signatures.add(key.sign(delivery.eventId(), epochSecond, delivery.body()));
            }
            return String.join(" ", signatures);
        } catch (WebhookSigningException e) {
            throw new IllegalStateException("event " + delivery.eventId() + " could not be signed", e);
        }
    }

    @PreDestroy
    void close() {
        http.shutdownNow();
    }
}
