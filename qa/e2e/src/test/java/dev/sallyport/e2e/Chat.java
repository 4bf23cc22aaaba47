package dev.sallyport.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The chat that the local stack tells of access. */
final class Chat {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LINK = Pattern.compile("<(http[^|>]+)\\|([^>]+)>");

    private final URI messages;

    Chat(JsonNode status) {
        this.messages = URI.create(status.path("chat_url").asText() + "/messages");
    }

    /** The text of the first message that holds {@code part}, once it is there. */
    String await(String part) {
        AtomicReference<String> found = new AtomicReference<>();
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
            texts().stream().filter(text -> text.contains(part)).findFirst().ifPresent(found::set);
            return found.get() != null;
        });
        return Objects.requireNonNull(found.get());
    }

    /** Where the one link of a text leads. */
    static String link(String text) {
        Matcher link = LINK.matcher(text);
        if (!link.find()) {
            throw new AssertionError("no link in: " + text);
        }
        return link.group(1);
    }

    private List<String> texts() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            JsonNode all = JSON.readTree(
                    http.send(HttpRequest.newBuilder(messages).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            List<String> texts = new ArrayList<>();
            all.forEach(message -> texts.add(message.path("text").asText()));
            return texts;
        }
    }
}
