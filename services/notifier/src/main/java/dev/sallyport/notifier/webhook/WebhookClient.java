package dev.sallyport.notifier.webhook;

import com.svix.exceptions.WebhookSigningException;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import okhttp3.Dns;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Signs and posts, as Standard Webhooks asks. The message id is the event's, so a receiver knows a message that comes again.
 * Follows no redirect, goes through no proxy, and reads nothing of the answer but its head.
 */
@ApplicationScoped
class WebhookClient {

    private static final int GONE = 410;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final MediaType JSON = MediaType.get("application/json");

    private final Duration timeout;
    private final OkHttpClient anywhere;
    private final OkHttpClient publicOnly;

    @Inject
    WebhookClient(NotifierConfig config) {
        this(config.webhooks().timeout(), Dns.SYSTEM);
    }

    /** @param timeout of one try, from the name's look-up to the answer's head */
    WebhookClient(Duration timeout, Dns dns) {
        this.timeout = timeout;
        anywhere = new OkHttpClient.Builder()
                .dns(dns)
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                .callTimeout(timeout)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .build();
        // With connections of its own: none that leads inside is ever found in its pool.
        publicOnly = anywhere.newBuilder()
                .socketFactory(new PublicSockets())
                .connectionPool(new okhttp3.ConnectionPool())
                .build();
    }

    /** How long one try takes at most. */
    Duration longest() {
        return timeout.plusSeconds(5);
    }

    Attempt send(Endpoint.Http endpoint, Delivery delivery, Instant now) throws InterruptedException {
        OkHttpClient http = endpoint.privateAllowed() ? anywhere : publicOnly;
        String host = endpoint.url().getHost();
        try (Response answer = http.newCall(request(endpoint, delivery, now)).execute()) {
            return judge(answer, now);
        } catch (PrivateAddressException e) {
            return new Attempt.Failed(null, host + " has a private address, which is not allowed", false);
        } catch (UnknownHostException e) {
            return new Attempt.Failed(null, "the name " + host + " is not known", false);
        } catch (InterruptedIOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return new Attempt.Failed(null, "no answer within " + timeout, false);
        } catch (IOException e) {
            return new Attempt.Failed(null, "no answer (" + e.getClass().getSimpleName() + ")", false);
        }
    }

    private static Attempt judge(Response answer, Instant now) {
        int status = answer.code();
        if (answer.isSuccessful()) {
            return new Attempt.Accepted(status);
        }
        boolean busy = status == TOO_MANY || status == UNAVAILABLE;
        Optional<Duration> asked = Optional.ofNullable(busy ? answer.header("Retry-After") : null)
                .flatMap(header -> RetryAfter.of(header, now));
        return new Attempt.Failed(status, "answered with " + status, status == GONE, asked.orElse(null));
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

    @PreDestroy
    void close() {
        anywhere.dispatcher().executorService().shutdown();
        anywhere.connectionPool().evictAll();
        publicOnly.connectionPool().evictAll();
    }
}
