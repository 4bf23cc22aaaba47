package dev.sallyport.notifier.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.notifier.Configured;
import dev.sallyport.notifier.chat.ChatMessage;
import dev.sallyport.notifier.chat.Mention;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatEndpointTest {

    private static final String CANARY = "c4n4ryXc4n4ryXc4n4ryX";
    private static final String URL = "https://hooks.slack.com/services/T0/B0/" + CANARY;
    private static final String CONSOLE = "https://sallyport.example.com/console";

    @Test
    void isThereOnlyWhenItIsConfigured() {
        assertThat(new ChatEndpoint(Configured.with(Map.of())).get()).isEmpty();
        assertThat(with(URL, Map.of()).get()).hasValueSatisfying(endpoint -> {
            assertThat(endpoint.name()).isEqualTo("chat");
            assertThat(endpoint.eventTypes()).isEqualTo(ChatMessage.TYPES);
            assertThat(endpoint.toString()).doesNotContain(CANARY);
            assertThat(endpoint.places(8)).isEqualTo(1);
            assertThat(endpoint.way()).isInstanceOfSatisfying(Endpoint.Chat.class, chat -> {
                assertThat(chat.url().reveal()).isEqualTo(URL);
                assertThat(chat.privateAllowed()).isFalse();
                assertThat(chat.console()).isEqualTo(URI.create(CONSOLE));
                assertThat(chat.emergency()).isEqualTo(Mention.HERE);
            });
        });
    }

    @Test
    void isConfiguredByEveryKey() {
        Map<String, String> keys = Map.of(
                "sallyport.mode", "local",
                "sallyport.chat.console-url", "http://localhost:8009/console/",
                "sallyport.chat.event-types", "access.breakglass",
                "sallyport.chat.breakglass-mention", "channel");
        assertThat(with("http://127.0.0.1:8016/services/T/B/x", keys).get()).hasValueSatisfying(endpoint -> {
            assertThat(endpoint.eventTypes()).containsExactly("access.breakglass");
            assertThat(endpoint.way()).isInstanceOfSatisfying(Endpoint.Chat.class, chat -> {
                assertThat(chat.privateAllowed()).isTrue();
                assertThat(chat.console()).isEqualTo(URI.create("http://localhost:8009/console"));
                assertThat(chat.emergency()).isEqualTo(Mention.CHANNEL);
            });
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hooks.slack.com/services/T0/B0/" + CANARY,
                "hooks.slack.com/services/T0/B0/" + CANARY,
                "https://me@hooks.slack.com/services/T0/B0/" + CANARY,
                "https://hooks.slack.com/services/T0/B0/" + CANARY + "#x",
                "https:///" + CANARY + " " + CANARY,
                CANARY
            })
    void refusesAnotherUrlWithoutShowingIt(String url) {
        assertThatThrownBy(() -> with(url, Map.of()))
                .hasMessageStartingWith("sallyport.chat.url is not the URL of an incoming webhook")
                .hasMessageNotContaining(CANARY)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://sallyport.example.com/console", "/console", "https://sallyport.example.com/console?x=1"})
    void refusesAConsoleThatALinkCannotLeadTo(String console) {
        assertThatThrownBy(() -> with(URL, Map.of("sallyport.chat.console-url", console)))
                .hasMessageStartingWith("sallyport.chat.console-url is not the URL of the console");
    }

    @Test
    void asksForTheConsole() {
        assertThatThrownBy(() -> new ChatEndpoint(Configured.with(Map.of("sallyport.chat.url", URL))))
                .hasMessage("sallyport.chat.console-url is missing: without it nobody could follow a link");
    }

    @Test
    void refusesATypeThatAChatIsNotToldOf() {
        assertThatThrownBy(() -> with(URL, Map.of("sallyport.chat.event-types", "statement.executed")))
                .hasMessageStartingWith("sallyport.chat.event-types is one or more of access.approved, ");
    }

    private static ChatEndpoint with(String url, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>();
        settings.put("sallyport.chat.url", url);
        settings.put("sallyport.chat.console-url", CONSOLE);
        settings.putAll(more);
        return new ChatEndpoint(Configured.with(settings));
    }
}
