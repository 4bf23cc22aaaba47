package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.Configured;
import dev.sallyport.sandbox.svix.SvixStandIn;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Svix's own client against the stand-in, whose messages a receiver verifies with Svix's library. */
class SvixClientTest {

    private static final Secret TOKEN = Secret.of("testsk_canary.eu");
    private static final String BODY = "{\"event_type\":\"dbroles.job.finished\",\"event_payload\":{\"id\":\"job_1\"}}";
    private static final Delivery DELIVERY =
            new Delivery(1, "evt_000000000000000000000000001", "dbroles.job.finished", "acme", BODY, 1);

    private SvixStandIn svix;

    @BeforeEach
    void start() {
        svix = new SvixStandIn(0, TOKEN);
    }

    @AfterEach
    void stop() {
        svix.close();
    }

    @Test
    void sendsAMessageOnceIntoTheOrganisationsApplicationHoweverOftenItComes() throws Exception {
        Secret secret = WebhookReceiver.newSecret();
        try (WebhookReceiver receiver = new WebhookReceiver(0, secret)) {
            svix.endpoint("acme", receiver.url(), secret);
            SvixClient client = client(TOKEN.reveal());
            assertThat(client.send(DELIVERY)).isEqualTo(new Attempt.Accepted(202));
            assertThat(client.send(DELIVERY)).isEqualTo(new Attempt.Accepted(409));
            assertThat(client(TOKEN.reveal()).send(DELIVERY)).isEqualTo(new Attempt.Accepted(409));

            assertThat(svix.messages("acme")).singleElement().satisfies(message -> {
                assertThat(message.eventId()).isEqualTo(DELIVERY.eventId());
                assertThat(message.eventType()).isEqualTo("dbroles.job.finished");
                assertThat(message.payload()).isEqualTo(BODY);
            });
            assertThat(svix.eventTypes()).containsOnlyKeys("dbroles.job.finished");
            assertThat(receiver.messages()).singleElement().satisfies(message -> {
                assertThat(message.verified()).isTrue();
                assertThat(message.body()).isEqualTo(BODY);
            });
        }
    }

    @Test
    void makesTheApplicationAgainWhenSomebodyRemovedIt() throws Exception {
        SvixClient client = client(TOKEN.reveal());
        client.send(DELIVERY);
        svix.remove("acme");
        Delivery next = new Delivery(1, "evt_000000000000000000000000002", "dbroles.job.finished", "acme", BODY, 1);
        assertThat(client.send(next)).isEqualTo(new Attempt.Failed(404, "Svix no longer knows the application", false));
        assertThat(client.send(next)).isEqualTo(new Attempt.Accepted(202));
        assertThat(svix.messages("acme")).hasSize(1);
    }

    @Test
    void holdsMessagesWhileTheTokenIsRefused() throws Exception {
        Attempt attempt = client("testsk_other.eu").send(DELIVERY);
        assertThat(attempt)
                .isEqualTo(new Attempt.Held(
                        401, "Svix refuses our token (401); set sallyport.webhooks.svix.token to a good one"));
        assertThat(attempt.toString()).doesNotContain("testsk_");
    }

    @ParameterizedTest
    @CsvSource({"429, false", "500, false", "503, false", "422, true", "400, true"})
    void triesAgainWhatMayWorkLaterAndNothingElse(int status, boolean lasting) throws Exception {
        SvixClient client = client(TOKEN.reveal());
        // More than the library's own attempts.
        svix.failNext(100, status);
        assertThat(client.send(DELIVERY)).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.status()).isEqualTo(status);
            assertThat(failed.lasting()).isEqualTo(lasting);
        });
        svix.failNext(0, 0);
        assertThat(client.send(DELIVERY)).isEqualTo(new Attempt.Accepted(202));
    }

    @Test
    void saysWhenSvixIsAway() throws Exception {
        SvixClient client = client(TOKEN.reveal());
        svix.close();
        assertThat(client.send(DELIVERY)).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.status()).isNull();
            assertThat(failed.lasting()).isFalse();
        });
    }

    /** It takes the call and begins an answer that it never ends. */
    @Test
    void doesNotWaitForAnAnswerThatNeverEnds() throws Exception {
        try (ServerSocket endless = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> answer(endless));
            SvixClient client = new SvixClient(
                    Configured.with(Map.of(
                            "sallyport.mode",
                            "local",
                            "sallyport.webhooks.svix.url",
                            "http://127.0.0.1:" + endless.getLocalPort(),
                            "sallyport.webhooks.svix.token",
                            TOKEN.reveal())),
                    Duration.ofMillis(500));
            assertThat(client.send(DELIVERY))
                    .isEqualTo(new Attempt.Failed(null, "no answer of Svix within PT0.5S", false));
        }
    }

    private static void answer(ServerSocket server) {
        try (Socket call = server.accept()) {
            OutputStream out = call.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (call.getInputStream().read() >= 0) {
                out.write(' ');
                out.flush();
            }
        } catch (IOException over) {
            // The client has gone away, which is the end of it.
            return;
        }
    }

    @Test
    void sendsItsTokenOverHttpsOnly() {
        assertThatThrownBy(() -> new SvixClient(Configured.with(Map.of(
                        "sallyport.webhooks.svix.url",
                        "http://svix.example",
                        "sallyport.webhooks.svix.token",
                        TOKEN.reveal()))))
                .hasMessage("sallyport.webhooks.svix.url has to begin with https://; http:// is for local mode only");
        assertThat(new SvixClient(Configured.with(Map.of())).present()).isFalse();
    }

    private SvixClient client(String token) {
        return new SvixClient(Configured.with(Map.of(
                "sallyport.mode",
                "local",
                "sallyport.webhooks.svix.url",
                svix.url(),
                "sallyport.webhooks.svix.token",
                token)));
    }
}
