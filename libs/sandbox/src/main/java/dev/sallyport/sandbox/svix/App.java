package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An application with its endpoints, by id, and its messages, the oldest first.
 *
 * @param uid ours for it
 */
record App(
        String id,
        String uid,
        String name,
        Instant createdAt,
        Map<String, Endpoint> endpoints,
        List<SvixStandIn.Message> messages) {

    static App of(String id, String uid, String name, Instant now) {
        return new App(id, uid, name, now, new LinkedHashMap<>(), new ArrayList<>());
    }

    boolean is(String idOrUid) {
        return id.equals(idOrUid) || uid.equals(idOrUid);
    }

    Endpoint endpoint(String idOrUid) {
        return endpoints.values().stream()
                .filter(endpoint -> endpoint.is(idOrUid))
                .findFirst()
                .orElseThrow(SvixError::notFound);
    }

    /** @param idOrEventId Svix's id, or the sender's */
    SvixStandIn.Message message(String idOrEventId) {
        return messages.stream()
                .filter(message ->
                        message.id().equals(idOrEventId) || message.eventId().equals(idOrEventId))
                .findFirst()
                .orElseThrow(SvixError::notFound);
    }

    /** {@code ApplicationOut}. */
    ObjectNode json() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("id", id).put("uid", uid).put("name", name).putNull("rateLimit");
        out.putObject("metadata");
        return out.put("createdAt", createdAt.toString()).put("updatedAt", createdAt.toString());
    }
}
