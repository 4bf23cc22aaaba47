package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookClientTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String PREVIOUS = "whsec_VmFsaWRTZWNyZXRCZWZvcmVUaGlzT25l";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Delivery DELIVERY =
            new Delivery(1, "evt_" + "0".repeat(27), "dbroles.job.finished", "default", "{\"a\":\"größer\"}", 1);

    private final List<Map<String, List<String>>> heard = new CopyOnWriteArrayList<>();
    private @SuppressWarnings("NullAway.Init") HttpServer receiver;
    private volatile @SuppressWarnings("NullAway.Init") Answer answer;

    @FunctionalInterface
    private interface Answer {
        void to(HttpExchange call) throws IOException;
    }

    @BeforeEach
    void start() throws IOException {
        answer = call -> call.sendResponseHeaders(204, -1);
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", call -> {
            try (call) {
                heard.add(Map.copyOf(call.getRequestHeaders()));
                answer.to(call);
            }
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
    }

    /** While receivers change over, one that knows either secret believes the message. */
    @ParameterizedTest
    @ValueSource(strings = {SECRET, PREVIOUS})
    void signsWithTheNewSecretAndTheOneBefore(String known) throws Exception {
        assertThat(send(here("/hook"), LONG, Dns.SYSTEM)).isEqualTo(new Attempt.Accepted(204));
        HttpHeaders headers = HttpHeaders.of(heard.getFirst(), (name, value) -> true);
        new com.svix.Webhook(known).verify(DELIVERY.body(), headers);
        new com.standardwebhooks.Webhook(known).verify(DELIVERY.body(), headers);
        assertThat(headers.firstValue("content-type")).contains("application/json");
        assertThatThrownBy(() ->
                        new com.svix.Webhook("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").verify(DELIVERY.body(), headers))
                .isInstanceOf(com.svix.exceptions.WebhookVerificationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]"})
    void keepsOutOfPrivateNetworksUnlessAllowed(String host) throws InterruptedException {
        Endpoint.Http inside =
                endpoint("http://" + host + ":" + receiver.getAddress().getPort() + "/hook", false);
        assertThat(send(inside, LONG, Dns.SYSTEM))
                .isInstanceOfSatisfying(
                        Attempt.Failed.class,
                        failed -> assertThat(failed.reason()).endsWith("has a private address, which is not allowed"));
        assertThat(heard).isEmpty();
    }

    /** What is checked is what is connected to: a name that changes where it leads gains nothing. */
    @Test
    void isNotLedInsideByANameThatChangesItsAnswer() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        Dns rebinding = name -> {
            // First an address that nobody has (RFC 5737), then this machine's.
            String next = asked.getAndIncrement() == 0 ? "203.0.113.1" : "127.0.0.1";
            return List.of(InetAddress.getByName(next));
        };
        Endpoint.Http outside =
                endpoint("http://rebind.example:" + receiver.getAddress().getPort() + "/hook", false);
        GuardedHttp http = new GuardedHttp(Duration.ofMillis(500), rebinding);
        WebhookClient client = new WebhookClient(http);
        assertThat(client.send(outside, DELIVERY, Instant.now())).isInstanceOf(Attempt.Failed.class);
        assertThat(asked).hasValue(1);
        assertThat(client.send(outside, DELIVERY, Instant.now()))
                .isEqualTo(
                        new Attempt.Failed(null, "rebind.example has a private address, which is not allowed", false));
        assertThat(heard).isEmpty();
        http.close();
    }

    @Test
    void followsNoRedirect() throws InterruptedException {
        answer = call -> {
            call.getResponseHeaders().add("Location", here("/elsewhere").url().toString());
            call.sendResponseHeaders(307, -1);
        };
        assertThat(send(here("/hook"), LONG, Dns.SYSTEM))
                .isEqualTo(new Attempt.Failed(307, "answered with 307", false));
        assertThat(heard).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503, 500})
    void hearsHowLongToWaitFromWhoIsBusy(int status) throws InterruptedException {
        answer = call -> {
            call.getResponseHeaders().add("Retry-After", "120");
            call.sendResponseHeaders(status, -1);
        };
        Duration asked = status == 500 ? null : Duration.ofMinutes(2);
        assertThat(send(here("/hook"), LONG, Dns.SYSTEM))
                .isEqualTo(new Attempt.Failed(status, "answered with " + status, false, asked));
    }

    @Test
    void givesUpAtOnceWhenTheReceiverIsGone() throws InterruptedException {
        answer = call -> call.sendResponseHeaders(410, -1);
        assertThat(send(here("/hook"), LONG, Dns.SYSTEM)).isEqualTo(new Attempt.Failed(410, "answered with 410", true));
    }

    /** An answer without an end is an answer all the same: its head is enough. */
    @Test
    void readsNoBodyHoweverLongItIs() throws InterruptedException {
        answer = call -> {
            call.sendResponseHeaders(200, 0);
            try (OutputStream body = call.getResponseBody()) {
                byte[] piece = new byte[64 * 1024];
                // 16 GiB, unless the reader goes away.
                for (int i = 0; i < 262_144; i++) {
                    body.write(piece);
                }
            } catch (IOException gone) {
                call.close();
            }
        };
        assertThat(send(here("/hook"), LONG, Dns.SYSTEM)).isEqualTo(new Attempt.Accepted(200));
    }

    @Test
    void doesNotWaitForAnAnswerForEver() throws IOException, InterruptedException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Endpoint.Http endpoint = endpoint("http://127.0.0.1:" + silent.getLocalPort() + "/hook", true);
            assertThat(send(endpoint, Duration.ofMillis(200), Dns.SYSTEM))
                    .isEqualTo(new Attempt.Failed(null, "no answer within PT0.2S", false));
        }
    }

    @Test
    void saysWhenANameIsNotKnownAndWhenNobodyListens() throws InterruptedException {
        Dns nobody = name -> {
            throw new UnknownHostException(name);
        };
        assertThat(send(endpoint("https://gone.example/hook", false), LONG, nobody))
                .isEqualTo(new Attempt.Failed(null, "the name gone.example is not known", false));
        assertThat(send(endpoint("http://127.0.0.1:1/hook", true), LONG, Dns.SYSTEM))
                .isEqualTo(new Attempt.Failed(null, "no answer (ConnectException)", false));
    }

    private Endpoint.Http here(String path) {
        return endpoint("http://127.0.0.1:" + receiver.getAddress().getPort() + path, true);
    }

    private static Endpoint.Http endpoint(String url, boolean privateAllowed) {
        return new Endpoint.Http(URI.create(url), privateAllowed, List.of(Secret.of(SECRET), Secret.of(PREVIOUS)));
    }

    private static Attempt send(Endpoint.Http endpoint, Duration timeout, Dns dns) throws InterruptedException {
        GuardedHttp http = new GuardedHttp(timeout, dns);
        try {
            return new WebhookClient(http).send(endpoint, DELIVERY, Instant.now());
        } finally {
            http.close();
        }
    }
}
