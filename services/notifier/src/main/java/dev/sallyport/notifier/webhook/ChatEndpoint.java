package dev.sallyport.notifier.webhook;

import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.chat.ChatMessage;
import java.net.URI;
import java.util.Optional;
import java.util.TreeSet;
import okhttp3.HttpUrl;

/** The endpoint {@code chat}, which the configuration describes. */
final class ChatEndpoint {

    /** A link with it stays far below what Slack takes as the text of a block. */
    private static final int LONGEST_CONSOLE = 1_000;

    private final Optional<Endpoint> endpoint;

    /** @throws IllegalStateException when a key is missing or wrong; it names the key, and never the URL */
    ChatEndpoint(NotifierConfig config) {
        boolean local = config.mode() == NotifierConfig.Mode.LOCAL;
        NotifierConfig.Chat chat = config.chat();
        endpoint = chat.url().map(url -> {
            if (chat.eventTypes().isEmpty() || !ChatMessage.TYPES.containsAll(chat.eventTypes())) {
                throw new IllegalStateException("sallyport.chat.event-types is one or more of "
                        + String.join(", ", new TreeSet<>(ChatMessage.TYPES)));
            }
            return new Endpoint(
                    Endpoint.CHAT,
                    chat.eventTypes(),
                    false,
                    new Endpoint.Chat(
                            webhook(url, local),
                            local || chat.allowPrivateAddresses(),
                            console(chat.consoleUrl(), local),
                            chat.breakglassMention()));
        });
    }

    Optional<Endpoint> get() {
        return endpoint;
    }

    private static Secret webhook(Secret url, boolean local) {
        Secret stripped = Secret.of(url.reveal().strip());
        HttpUrl parsed = HttpUrl.parse(stripped.reveal());
        if (parsed == null
                || !(parsed.isHttps() || local)
                || !parsed.username().isEmpty()
                || parsed.fragment() != null) {
            throw new IllegalStateException(
                    "sallyport.chat.url is not the URL of an incoming webhook: https://host/path, without"
                            + " user and fragment" + plain(local));
        }
        return stripped;
    }

    private static URI console(Optional<URI> url, boolean local) {
        URI console = url.orElseThrow(() -> new IllegalStateException(
                "sallyport.chat.console-url is missing: without it nobody could follow a link"));
        HttpUrl parsed = HttpUrl.parse(console.toString());
        if (parsed == null
                || !(parsed.isHttps() || local)
                || !parsed.username().isEmpty()
                || parsed.query() != null
                || parsed.fragment() != null
                || parsed.toString().length() > LONGEST_CONSOLE) {
            throw new IllegalStateException(
                    "sallyport.chat.console-url is not the URL of the console: https://host/console" + plain(local));
        }
        // As it is normalised it holds nothing that would end a link of Slack's.
        String text = parsed.toString();
        return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    }

    private static String plain(boolean local) {
        return local ? "; in local mode http:// too" : "; http:// is for local mode only";
    }
}
