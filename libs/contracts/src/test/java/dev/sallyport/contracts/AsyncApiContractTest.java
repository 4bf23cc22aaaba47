package dev.sallyport.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** {@code asyncapi.yaml} lists the topics and types that there are, and no others. */
class AsyncApiContractTest {

    private static final JsonNode API = read();

    @Test
    void listsExactlyTheTopics() {
        assertThat(API.path("asyncapi").asText()).isEqualTo("3.0.0");
        List<String> topics = Arrays.stream(Topics.class.getFields())
                .map(AsyncApiContractTest::value)
                .toList();
        List<String> addresses = new ArrayList<>();
        API.path("channels")
                .forEach(channel -> addresses.add(channel.path("address").asText()));
        assertThat(addresses).containsExactlyInAnyOrderElementsOf(topics);
        assertThat(API.path("operations")).hasSameSizeAs(topics);
    }

    @Test
    void listsExactlyTheTypesOfEachTopic() {
        Map<String, String> listed = new HashMap<>();
        API.path("channels")
                .forEach(channel -> channel.path("messages")
                        .fieldNames()
                        .forEachRemaining(
                                name -> listed.put(name, channel.path("address").asText())));
        Map<String, String> expected = new HashMap<>();
        EventType.ALL.forEach(type -> expected.put(type.name(), type.topic()));
        assertThat(listed).isEqualTo(expected);
    }

    @Test
    void describesEachMessageByTheSchemaOfItsType() {
        JsonNode messages = API.path("components").path("messages");
        assertThat(messages).hasSize(EventType.ALL.size());
        for (EventType<?> type : EventType.ALL) {
            JsonNode parts = messages.path(type.name()).path("payload").path("allOf");
            assertThat(parts.path(0).path("$ref").asText()).isEqualTo("schemas/event.json");
            JsonNode own = parts.path(1).path("properties");
            assertThat(own.path("type").path("const").asText()).isEqualTo(type.name());
            assertThat(own.path("data").path("$ref").asText()).isEqualTo("schemas/" + type.name() + ".json");
        }
    }

    @Test
    void refersOnlyToWhatIsThere() {
        API.path("channels").forEach(channel -> channel.path("messages").forEach(this::leadsSomewhere));
        API.path("operations").forEach(operation -> leadsSomewhere(operation.path("channel")));
    }

    private void leadsSomewhere(JsonNode reference) {
        assertThat(API.at(reference.path("$ref").asText().substring(1)).isMissingNode())
                .as(reference.toString())
                .isFalse();
    }

    private static String value(Field constant) {
        try {
            return (String) Objects.requireNonNull(constant.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read() {
        try (var in = AsyncApiContractTest.class.getResourceAsStream("/asyncapi.yaml")) {
            return new YAMLMapper().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
