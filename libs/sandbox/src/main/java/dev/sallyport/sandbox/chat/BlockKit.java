package dev.sallyport.sandbox.chat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/** What Slack takes as blocks of a message, of the kinds that we send (docs.slack.dev, Block Kit reference). */
final class BlockKit {

    private static final int MAX_BLOCKS = 50;
    private static final int MAX_TEXT = 3_000;
    private static final int MAX_HEADER = 150;
    private static final int MAX_FIELD = 2_000;
    private static final int MAX_ELEMENTS = 10;
    private static final Set<String> KINDS = Set.of("plain_text", "mrkdwn");

    /** Whether Slack would take them. A kind of block that is not known here is refused: it was never looked up. */
    static boolean valid(JsonNode blocks) {
        if (!blocks.isArray() || blocks.isEmpty() || blocks.size() > MAX_BLOCKS) {
            return false;
        }
        for (JsonNode block : blocks) {
            if (!validBlock(block)) {
                return false;
            }
        }
        return true;
    }

    private static boolean validBlock(JsonNode block) {
        return switch (block.path("type").asText()) {
            case "header" ->
                text(block.path("text"), MAX_HEADER)
                        && block.path("text").path("type").asText().equals("plain_text");
            case "section" -> section(block);
            case "context" -> all(block.path("elements"), MAX_TEXT);
            case "divider" -> true;
            default -> false;
        };
    }

    private static boolean section(JsonNode block) {
        boolean fields = block.has("fields");
        return (!block.has("text") && fields || text(block.path("text"), MAX_TEXT))
                && (!fields || all(block.path("fields"), MAX_FIELD));
    }

    private static boolean all(JsonNode texts, int longest) {
        if (!texts.isArray() || texts.isEmpty() || texts.size() > MAX_ELEMENTS) {
            return false;
        }
        for (JsonNode text : texts) {
            if (!text(text, longest)) {
                return false;
            }
        }
        return true;
    }

    /** `emoji` is for plain text only, `verbatim` for marked-up text only. */
    private static boolean text(JsonNode object, int longest) {
        String kind = object.path("type").asText();
        int length = object.path("text").asText().length();
        return KINDS.contains(kind)
                && object.path("text").isTextual()
                && length > 0
                && length <= longest
                && !object.has(kind.equals("mrkdwn") ? "emoji" : "verbatim");
    }

    private BlockKit() {}
}
