package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One tunnel from a person's machine to a db-proxy, through all its reconnects. */
public record TunnelId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "tun_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public TunnelId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static TunnelId next(InstantSource clock) {
        return new TunnelId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
