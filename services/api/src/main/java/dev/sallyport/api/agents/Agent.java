package dev.sallyport.api.agents;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.contracts.agents.AgentHeartbeat.Listener;
import dev.sallyport.kernel.AgentId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * An agent as clients see it.
 *
 * @param kind {@code provisioner} or {@code db-proxy}
 * @param listeners where clients reach a db-proxy; empty for a provisioner
 * @param lastSeenAt null when it is registered and was never heard of
 */
@JsonPropertyOrder({"id", "name", "kind", "status", "version", "network", "listeners", "last_seen_at"})
public record Agent(
        @Schema(implementation = String.class, examples = "agt_2xWgkJ3Pq0c1tVn8YbLhRzMd5aE")
        AgentId id,

        @Schema(examples = "eu-1") String name,
        @Schema(examples = "provisioner") String kind,
        Status status,
        @Schema(examples = "0.1.0") String version,
        @Schema(examples = "vpc-eu-1") String network,
        List<Listener> listeners,
        @Schema(nullable = true) @Nullable Instant lastSeenAt) {

    public static final String PROVISIONER = "provisioner";
    public static final String DB_PROXY = "db-proxy";

    /** Whether it was heard of lately, ever, and may be heard of at all. */
    @Schema(enumeration = {"online", "offline", "never_seen", "revoked"})
    public enum Status {
        ONLINE,
        OFFLINE,
        /** Registered, and not heard of yet. */
        NEVER_SEEN,
        /** Its key was taken from it: it gets no jobs, and what it says of itself is not heard. */
        REVOKED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean online() {
        return status == Status.ONLINE;
    }
}
