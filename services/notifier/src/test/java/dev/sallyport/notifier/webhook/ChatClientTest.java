package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.chat.Mention;
import dev.sallyport.sandbox.chat.ChatStandIn;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatClientTest {

    private static final Secret TOKEN = Secret.random(24);

    private final ChatStandIn chat = new ChatStandIn(0, TOKEN);
    private final GuardedHttp http = new GuardedHttp(Duration.ofSeconds(30), Dns.SYSTEM);

    @AfterEach
    void stop() {
        http.close();
        chat.close();
    }

    @Test
    void posts() throws InterruptedException {
        assertThat(send(chat.webhook(), true, "{\"text\":\"größer\"}")).isEqualTo(new Attempt.Accepted(200));
        assertThat(chat.messages())
                .singleElement()
                .satisfies(message -> assertThat(message.path("text").asText()).isEqualTo("größer"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_payload, true",
        "403, action_prohibited, true",
        "404, channel_not_found, true",
        "410, channel_is_archived, true",
        "500, rollup_error, false",
    })
    void givesUpWhatSlackWillNeverTake(int status, String word, boolean lasting) throws InterruptedException {
        chat.answerNext(1, status, word);
        assertThat(send(chat.webhook(), true, "{\"text\":\"a\"}"))
                .isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
                    assertThat(failed.status()).isEqualTo(status);
                    assertThat(failed.reason()).startsWith("the chat answered with " + status + " (" + word + ")");
                    assertThat(failed.lasting()).isEqualTo(lasting);
                });
    }

    @Test
    void comesBackWhenSlackSaysSo() throws InterruptedException {
        chat.limitNext(1, 30);
        assertThat(send(chat.webhook(), true, "{\"text\":\"a\"}"))
                .isEqualTo(new Attempt.Failed(429, "the chat answered with 429", false, Duration.ofSeconds(30)));
    }

    /** Who has the URL may post: no reason names it, and no answer brings it back in. */
    @Test
    void neverSaysTheUrl() throws InterruptedException {
        String url = chat.webhook().reveal();
        chat.answerNext(1, 503, url);
        Secret elsewhere = Secret.of(url.replaceFirst("services", "servants"));
        Secret nobody = Secret.of(url.replaceFirst(":[0-9]+/", ":1/"));
        Attempt[] attempts = {
            send(chat.webhook(), true, "{}"),
            send(chat.webhook(), true, "{}"),
            send(chat.webhook(), false, "{}"),
            send(elsewhere, true, "{}"),
            send(nobody, true, "{}")
        };
        assertThat(attempts).allSatisfy(attempt -> {
            assertThat(attempt).isInstanceOf(Attempt.Failed.class);
            assertThat(attempt.toString()).doesNotContain(TOKEN.reveal()).doesNotContain("/serv");
        });
        assertThat(((Attempt.Failed) attempts[1]).reason()).contains("(no_text)");
        assertThat(((Attempt.Failed) attempts[2]).reason())
                .isEqualTo("127.0.0.1 has a private address, which is not allowed");
        assertThat(((Attempt.Failed) attempts[3]).reason()).contains("404 (no_service)");
    }

    private Attempt send(Secret url, boolean privateAllowed, String body) throws InterruptedException {
        Endpoint.Chat room =
                new Endpoint.Chat(url, privateAllowed, URI.create("https://example.com/console"), Mention.HERE);
        Delivery delivery = new Delivery(1, "evt_" + "0".repeat(27), "access.requested", "default", body, 1);
        return new ChatClient(http).send(room, delivery, Instant.now());
    }
}
