package dev.sallyport.notifier.chat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.access.AccessRequested;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The message about one event: blocks of Slack's Block Kit, and {@code text} with the same for notifications and for chats that
 * show no blocks. The link is text, not a button: a button's click goes to Slack's app, too, which an incoming webhook does not
 * have, and Slack would warn whoever clicked.
 */
public final class ChatMessage {

    /** What a chat can be told of. */
    public static final Set<String> TYPES = Set.copyOf(List.of(
            EventType.ACCESS_REQUESTED.name(),
            EventType.ACCESS_REVIEWED.name(),
            EventType.ACCESS_APPROVED.name(),
            EventType.ACCESS_DENIED.name(),
            EventType.ACCESS_CANCELLED.name(),
            EventType.ACCESS_EXPIRED.name(),
            EventType.ACCESS_BREAKGLASS.name(),
            EventType.GRANT_ACTIVATED.name(),
            EventType.GRANT_FAILED.name(),
            EventType.GRANT_EXTENDED.name(),
            EventType.GRANT_CLOSED.name()));

    /** Of a text object (docs.slack.dev, Block Kit, "Text object"). */
    static final int MAX_TEXT = 3_000;

    /** Of what people wrote, where it stands in a line with other things. */
    private static final int MAX_WORDS_IN_LINE = 500;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Of a request that nobody has to approve nothing is said: what follows it says more. */
    public static boolean isWorthOne(Event<?> event) {
        return !(event.data() instanceof AccessRequested asked && asked.unattended());
    }

    /**
     * The body that is posted.
     *
     * @param console where the console is, for instance {@code https://sallyport.example.com/console}
     * @param emergency whom a broken glass calls
     * @throws IllegalArgumentException when {@link #TYPES} has no such event
     */
    public static String of(Event<?> event, URI console, Mention emergency) {
        Saying saying = Saying.of(event);
        String mention = saying.alarm() ? emergency.markup() : "";
        String link = link(saying, console);
        ObjectNode message = JSON.createObjectNode();
        message.put("text", mention + saying.line() + inLine(saying.words()) + (link.isEmpty() ? "" : " – " + link));
        ArrayNode blocks = message.putArray("blocks");
        if (saying.alarm()) {
            plain(
                    blocks.addObject().put("type", "header").putObject("text"),
                    ":rotating_light: Break-glass access",
                    true);
        }
        mrkdwn(section(blocks).putObject("text"), mention + saying.line());
        if (!saying.words().isBlank()) {
            plain(section(blocks).putObject("text"), Mrkdwn.lines(saying.words(), MAX_TEXT), false);
        }
        facts(blocks, saying.facts());
        if (!link.isEmpty()) {
            mrkdwn(section(blocks).putObject("text"), "*" + link + "*");
        }
        return message.toString();
    }

    private static String inLine(String words) {
        return words.isBlank() ? "" : ": " + Mrkdwn.inline(words, MAX_WORDS_IN_LINE);
    }

    private static String link(Saying saying, URI console) {
        return saying.request() == null
                ? ""
                : "<" + console + "/requests/" + saying.request().value() + "|" + saying.invitation() + ">";
    }

    private static void facts(ArrayNode blocks, Map<String, String> facts) {
        if (!facts.isEmpty()) {
            ArrayNode elements = blocks.addObject().put("type", "context").putArray("elements");
            facts.forEach((title, value) -> mrkdwn(elements.addObject(), Mrkdwn.line("%s: %s", title, value)));
        }
    }

    private static ObjectNode section(ArrayNode blocks) {
        return blocks.addObject().put("type", "section");
    }

    /** Verbatim: Slack makes no links of what only looks like one. */
    private static void mrkdwn(ObjectNode text, String markup) {
        text.put("type", "mrkdwn").put("text", markup).put("verbatim", true);
    }

    private static void plain(ObjectNode text, String words, boolean emoji) {
        text.put("type", "plain_text").put("text", words).put("emoji", emoji);
    }

    private ChatMessage() {}
}
