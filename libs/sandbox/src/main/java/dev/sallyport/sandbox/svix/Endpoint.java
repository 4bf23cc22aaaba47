package dev.sallyport.sandbox.svix;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where an application's messages go.
 *
 * @param filterTypes the event types that it gets; null for all
 * @param previous signs along until {@code previousUntil}
 */
record Endpoint(
        String id,
        @Nullable String uid,
        URI url,
        String description,
        @Nullable Set<String> filterTypes,
        boolean disabled,
        Secret secret,
        @Nullable Secret previous,
        Instant previousUntil,
        Instant createdAt,
        Instant updatedAt) {

    static final Duration DEFAULT_GRACE = Duration.ofHours(24);

    boolean is(String idOrUid) {
        return id.equals(idOrUid) || idOrUid.equals(uid);
    }

    boolean gets(String eventType) {
        return !disabled && (filterTypes == null || filterTypes.contains(eventType));
    }

    /** What messages are signed with now. */
    List<Secret> secrets(Instant now) {
        return previous != null && now.isBefore(previousUntil) ? List.of(secret, previous) : List.of(secret);
    }

    Endpoint rotated(Secret next, Duration grace, Instant now) {
        return new Endpoint(
                id, uid, url, description, filterTypes, disabled, next, secret, now.plus(grace), createdAt, now);
    }

    /** The same endpoint as {@code other} describes it; its secret stays. */
    Endpoint as(Endpoint other) {
        return new Endpoint(
                id,
                other.uid,
                other.url,
                other.description,
                other.filterTypes,
                other.disabled,
                secret,
                previous,
                previousUntil,
                createdAt,
                other.updatedAt);
    }

    /** {@code EndpointOut}. */
    ObjectNode json() {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("id", id).put("uid", uid).put("url", url.toString()).put("description", description);
        out.put("disabled", disabled).put("version", 1).putNull("rateLimit").putNull("channels");
        if (filterTypes == null) {
            out.putNull("filterTypes");
        } else {
            filterTypes.forEach(out.putArray("filterTypes")::add);
        }
        out.putObject("metadata");
        return out.put("createdAt", createdAt.toString()).put("updatedAt", updatedAt.toString());
    }
}
