package dev.sallyport.sandbox.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatStandInTest {

    private static final String SECTION = "{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"%s\"}}";

    private final ChatStandIn chat = new ChatStandIn(0, Secret.random(24));
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        http.close();
        chat.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"text\":\"hello\"}; 200 ok",
                "{\"blocks\":[{\"type\":\"divider\"}]}; 200 ok",
                "{\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"*a*\",\"verbatim\":true}}]}; 200 ok",
                "{\"text\":; 400 invalid_payload",
                "[]; 400 invalid_payload",
                "{}; 400 no_text",
                "{\"text\":\"\"}; 400 no_text",
                "{\"blocks\":[]}; 400 invalid_blocks",
                "{\"blocks\":[{\"type\":\"unheard-of\"}]}; 400 invalid_blocks",
                "{\"blocks\":[{\"type\":\"section\"}]}; 400 invalid_blocks",
                "{\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"\"}}]}; 400 invalid_blocks",
                "{\"blocks\":[{\"type\":\"section\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"a\",\"emoji\":true}}]}; 400 invalid_blocks",
                "{\"blocks\":[{\"type\":\"header\",\"text\":{\"type\":\"mrkdwn\",\"text\":\"a\"}}]}; 400 invalid_blocks",
            })
    void answersInSlacksWords(String body, String answer) throws Exception {
        assertThat(post(chat.webhook().reveal(), "application/json", body)).isEqualTo(answer);
        assertThat(chat.messages()).hasSize(answer.startsWith("200") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({"3000, 200 ok", "3001, 400 invalid_blocks"})
    void measuresASection(int length, String answer) throws Exception {
        String body = "{\"blocks\":[" + SECTION.formatted("a".repeat(length)) + "]}";
        assertThat(post(chat.webhook().reveal(), "application/json", body)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({"50, 200 ok", "51, 400 invalid_blocks"})
    void countsBlocks(int count, String answer) throws Exception {
        String blocks = ("," + SECTION.formatted("a")).repeat(count).substring(1);
        assertThat(post(chat.webhook().reveal(), "application/json", "{\"blocks\":[" + blocks + "]}"))
                .isEqualTo(answer);
    }

    @Test
    void takesAFormToo() throws Exception {
        String form = "payload=" + URLEncoder.encode("{\"text\":\"a & b\"}", StandardCharsets.UTF_8);
        assertThat(post(chat.webhook().reveal(), "application/x-www-form-urlencoded", form))
                .isEqualTo("200 ok");
        assertThat(chat.messages().getFirst().path("text").asText()).isEqualTo("a & b");
    }

    @Test
    void knowsItsOwnAddressOnly() throws Exception {
        assertThat(post(chat.webhook().reveal() + "x", "application/json", "{\"text\":\"a\"}"))
                .isEqualTo("404 no_service");
    }

    @Test
    void answersAsItIsTold() throws Exception {
        chat.limitNext(1, 30);
        chat.answerNext(1, 410, "channel_is_archived");
        HttpResponse<String> limited = send(chat.webhook().reveal(), "application/json", "{\"text\":\"a\"}");
        assertThat(limited.statusCode()).isEqualTo(429);
        assertThat(limited.headers().firstValue("Retry-After")).hasValue("30");
        assertThat(post(chat.webhook().reveal(), "application/json", "{\"text\":\"a\"}"))
                .isEqualTo("410 channel_is_archived");
        assertThat(post(chat.webhook().reveal(), "application/json", "{\"text\":\"a\"}"))
                .isEqualTo("200 ok");
        assertThat(chat.messages()).hasSize(1);
    }

    private String post(String url, String type, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(url, type, body);
        return answer.statusCode() + " " + answer.body();
    }

    private HttpResponse<String> send(String url, String type, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("content-type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
