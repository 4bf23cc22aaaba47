package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One agent: a provisioner in a private network, or a db-proxy node. */
public record AgentId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "agt_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public AgentId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static AgentId next(InstantSource clock) {
        return new AgentId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
