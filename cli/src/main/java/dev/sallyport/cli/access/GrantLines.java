package dev.sallyport.cli.access;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.cli.Table;

/** Grants and requests in words. */
public final class GrantLines {

    /** Why a grant is not, or no longer, active. */
    public static String ended(JsonNode grant) {
        String why = text(grant, "close_reason");
        String by = text(grant, "closed_by");
        String message = text(grant, "message");
        return "the grant " + grant.path("id").asText() + " is "
                + grant.path("status").asText()
                + (why.isEmpty() ? "" : " (" + why + (by.isEmpty() ? "" : " by " + by) + ")")
                + (message.isEmpty() ? "" : ": " + message);
    }

    /** A field as text; empty when it is missing or null. */
    static String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).asText() : "";
    }

    static String time(JsonNode node, String field) {
        return Table.seconds(text(node, field));
    }

    /** The person in {@code field}. */
    static String person(JsonNode node, String field) {
        return node.path(field).path("name").asText("");
    }

    private GrantLines() {}
}
