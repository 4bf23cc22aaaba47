package dev.sallyport.notifier.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.chat.ChatStandIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Over the kept examples of the events. */
class ChatMessageTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final URI CONSOLE = URI.create("https://sallyport.example.com/console");
    private static final String PAGE = CONSOLE + "/requests/req_2u7Q9cX4nB1mZ8kL5vR3tY6wE0a";
    private static final Pattern MARKUP = Pattern.compile("<([^>]*)>");

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "access.requested/with-reason; *engineer* asks for *hoop_ro* in *orders/shop* for 30 min; Review: approve or deny",
                "access.reviewed/first-of-two; *approver* approved, others have to, too: *engineer* asks for *hoop_ro* in *orders/shop*; Review: approve or deny",
                "access.approved/approved; *approver* approved *engineer* the role *hoop_ro* in *orders/shop*; Open the request",
                "access.denied/denied; *approver* denied *engineer* the role *hoop_ro* in *orders/shop*; Open the request",
                "access.cancelled/by-the-requester; *engineer* will not get *hoop_ro* in *orders/shop*: taken back; Open the request",
                "access.expired/nobody-decided; *engineer* will not get *hoop_ro* in *orders/shop*: nobody decided in time; Open the request",
                "access.expired/never-activated; *engineer* will not get *hoop_ro* in *orders/shop*: approved, and not activated in time; Open the request",
                "access.breakglass/emergency; <!here> *engineer* broke the glass: *hoop_ro* in *orders/shop* for 30 min, without anybody's approval; Open the request",
                "grant.activated/active; The grant of *engineer* for *hoop_ro* in *orders/shop* is open until <!date^1773146100^{date_short_pretty} at {time}|10 Mar 12:35 UTC>; Open the request",
                "grant.extended/longer; The grant of *engineer* for *hoop_ro* in *orders/shop* was extended until <!date^1773146100^{date_short_pretty} at {time}|10 Mar 12:35 UTC>; Open the request",
                "grant.failed/by-aws; The grant of *engineer* for *hoop_ro* in *orders/shop* could not be opened, and may be tried again; Open the request",
                "grant.closed/expired; The grant of *engineer* for *hoop_ro* in *orders/shop* is over: its time is up; Open the request",
                "grant.closed/revoked; The grant of *engineer* for *hoop_ro* in *orders/shop* is over: revoked; Open the request",
            })
    void saysWhatHappenedAndLeadsToTheRequest(String example, String line, String invitation) throws Exception {
        JsonNode message = message(example(example));
        assertThat(message.path("text").asText()).startsWith(line).endsWith(" – <" + PAGE + "|" + invitation + ">");
        assertThat(texts(message)).contains(line, "*<" + PAGE + "|" + invitation + ">*");
        assertThat(posted(message)).isEqualTo("200 ok");
    }

    @Test
    void saysWhyAndForWhich() throws Exception {
        JsonNode message = message(example("access.requested/with-reason"));
        assertThat(texts(message))
                .contains(
                        "incident 4711",
                        "Database: arn:aws:rds:us-west-2:111122223333:db:orders/shop",
                        "Ticket: INC-4711",
                        "Workflow: default");
        assertThat(message.path("text").asText()).contains(": incident 4711 – ");
        assertThat(texts(message(example("access.denied/denied")))).contains("ask for one table only");
        assertThat(texts(message(example("access.reviewed/first-of-two")))).contains("Still needed: dba", "fine by me");
    }

    @Test
    void saysNothingOfARequestThatNobodyHasToApprove() {
        String asked = example("access.requested/with-reason");
        assertThat(ChatMessage.isWorthOne(EventJson.read(asked))).isTrue();
        assertThat(ChatMessage.isWorthOne(
                        EventJson.read(asked.replace("\"unattended\": false", "\"unattended\": true"))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"NONE, ''", "HERE, '<!here> '", "CHANNEL, '<!channel> '"})
    void callsWhomOneWantsWhenTheGlassIsBroken(Mention mention, String begin) throws IOException {
        Event<?> event = EventJson.read(example("access.breakglass/emergency"));
        assertThat(JSON.readTree(ChatMessage.of(event, CONSOLE, mention))
                        .path("text")
                        .asText())
                .startsWith(begin + "*engineer* broke");
    }

    /** All that acts in the message is its own link. */
    @Test
    void letsNothingActThatPeopleWrote() throws Exception {
        String foreign = "<!channel> <https://evil.example|Review> & <@U0123> *bold* @here";
        String asked = example("access.requested/with-reason")
                .replace("incident 4711", foreign)
                .replace("INC-4711", foreign)
                .replace("\"engineer\"", "\"" + foreign + "\"")
                .replace("hoop_ro", foreign)
                .replace("\"default\"", "\"" + foreign + "\"");
        JsonNode message = message(asked);
        for (String text : texts(message)) {
            assertThat(MARKUP.matcher(text).results().map(found -> found.group(1)))
                    .as(text)
                    .isSubsetOf(PAGE + "|Review: approve or deny");
        }
        assertThat(message.findValuesAsText("verbatim")).containsOnly("true");
        assertThat(posted(message)).isEqualTo("200 ok");
    }

    @Test
    void fitsIntoABlockHoweverMuchPeopleWrote() throws Exception {
        String much = "&".repeat(5_000);
        JsonNode message = message(example("access.requested/with-reason")
                .replace("incident 4711", much)
                .replace("INC-4711", much)
                .replace("\"engineer\"", "\"" + much + "\"")
                .replace("hoop_ro", much));
        assertThat(texts(message)).allSatisfy(text -> assertThat(text).hasSizeLessThanOrEqualTo(3_000));
        assertThat(posted(message)).isEqualTo("200 ok");
    }

    /** It ended before the broker heard its terms. */
    @Test
    void doesWithoutALinkWhereNobodyKnowsTheRequest() throws Exception {
        JsonNode closed = JSON.readTree(example("grant.closed/revoked"));
        ((com.fasterxml.jackson.databind.node.ObjectNode) closed.path("data"))
                .putNull("request_id")
                .putNull("grantee")
                .putNull("target")
                .putNull("role");
        JsonNode message = message(closed.toString());
        assertThat(message.path("text").asText())
                .isEqualTo("The grant *gra_2u7Q9cX4nB1mZ8kL5vR3tY6wE0a* is over: revoked");
        assertThat(posted(message)).isEqualTo("200 ok");
    }

    private static JsonNode message(String event) throws IOException {
        return JSON.readTree(ChatMessage.of(EventJson.read(event), CONSOLE, Mention.HERE));
    }

    private static List<String> texts(JsonNode message) {
        List<String> texts = new java.util.ArrayList<>();
        message.findValues("text").stream().filter(JsonNode::isTextual).forEach(text -> texts.add(text.asText()));
        message.path("blocks").forEach(block -> {
            texts.addAll(block.path("text").findValuesAsText("text"));
            texts.addAll(block.path("elements").findValuesAsText("text"));
        });
        return texts;
    }

    private static String posted(JsonNode message) throws IOException, InterruptedException {
        try (ChatStandIn chat = new ChatStandIn(0, Secret.random(24));
                HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(chat.webhook().reveal()))
                            .header("content-type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(message.toString()))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    private static String example(String name) {
        try (var in = ChatMessageTest.class.getResourceAsStream("/examples/" + name + ".json")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
