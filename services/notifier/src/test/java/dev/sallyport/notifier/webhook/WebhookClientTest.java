package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sallyport.notifier.Configured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookClientTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String PREVIOUS = "whsec_VmFsaWRTZWNyZXRCZWZvcmVUaGlzT25l";
    private static final Delivery DELIVERY =
            new Delivery("evt_" + "0".repeat(27), "dbroles.job.finished", "default", "{}", 1);

    @Test
    void refusesPlainHttpOutsideOfLocalMode() {
        assertThatThrownBy(() -> client("http://example.com/hook", Map.of()))
                .hasMessage("sallyport.webhooks.url has to begin with https://; http:// is for local mode only");
        assertThatThrownBy(() -> client("ftp://example.com/hook", Map.of("sallyport.mode", "local")))
                .hasMessage("sallyport.webhooks.url has to begin with https:// or http://");
        assertThatCode(() -> client("http://example.com/hook", Map.of("sallyport.mode", "local")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAMissingOrMalformedSecretWithoutShowingIt() {
        assertThatThrownBy(() -> new WebhookClient(
                        Configured.with(Map.of("sallyport.webhooks.url", "https://example.com/hook"))))
                .hasMessageContaining("sallyport.webhooks.secret is missing");
        assertThatThrownBy(() -> client("https://example.com/hook", Map.of("sallyport.webhooks.secret", "whsec_*~*")))
                .hasMessage("sallyport.webhooks.secret is not whsec_ followed by base64")
                .hasNoCause();
    }

    /** While receivers change over, one that knows either secret believes the message. */
    @ParameterizedTest
    @ValueSource(strings = {SECRET, PREVIOUS})
    void signsWithTheNewSecretAndTheOneBefore(String known) throws Exception {
        AtomicReference<Map<String, List<String>>> heard = new AtomicReference<>(Map.of());
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", call -> {
            heard.set(Map.copyOf(call.getRequestHeaders()));
            call.sendResponseHeaders(204, -1);
            call.close();
        });
        receiver.start();
        try (WebhookClientUnderTest client = new WebhookClientUnderTest(
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook",
                Map.of("sallyport.mode", "local", "sallyport.webhooks.previous-secret", PREVIOUS))) {
            assertThat(client.client().send(DELIVERY, Instant.now())).isEqualTo(new Attempt.Accepted(204));
        } finally {
            receiver.stop(0);
        }
        HttpHeaders headers = HttpHeaders.of(heard.get(), (name, value) -> true);
        new com.svix.Webhook(known).verify("{}", headers);
        new com.standardwebhooks.Webhook(known).verify("{}", headers);
        assertThatThrownBy(() -> new com.svix.Webhook("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").verify("{}", headers))
                .isInstanceOf(com.svix.exceptions.WebhookVerificationException.class);
    }

    @Test
    void keepsOutOfPrivateNetworksUnlessAllowed() throws IOException, InterruptedException {
        try (WebhookClientUnderTest client = new WebhookClientUnderTest("https://127.0.0.1:1/hook", Map.of())) {
            assertThat(client.send())
                    .isEqualTo(
                            new Attempt.Failed(null, "127.0.0.1 has a private address, which is not allowed", false));
        }
        try (WebhookClientUnderTest client = new WebhookClientUnderTest(
                "https://127.0.0.1:1/hook", Map.of("sallyport.webhooks.allow-private-addresses", "true"))) {
            assertThat(client.send()).isEqualTo(new Attempt.Failed(null, "no answer (ConnectException)", false));
        }
    }

    @Test
    void doesNotWaitForAnAnswerForEver() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                WebhookClientUnderTest client = new WebhookClientUnderTest(
                        "http://127.0.0.1:" + silent.getLocalPort() + "/hook",
                        Map.of("sallyport.mode", "local", "sallyport.webhooks.timeout", "200ms"))) {
            assertThat(client.send()).isEqualTo(new Attempt.Failed(null, "no answer within PT0.2S", false));
        }
    }

    private static WebhookClient client(String url, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("sallyport.webhooks.url", url);
        settings.put("sallyport.webhooks.secret", SECRET);
        settings.putAll(more);
        return new WebhookClient(Configured.with(settings));
    }

    private record WebhookClientUnderTest(WebhookClient client) implements AutoCloseable {

        WebhookClientUnderTest(String url, Map<String, String> more) {
            this(WebhookClientTest.client(url, more));
        }

        Attempt send() throws InterruptedException {
            return client.send(DELIVERY, Instant.EPOCH);
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
