package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One connection: a database login that onboarding made. */
public record ConnectionId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "con_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public ConnectionId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static ConnectionId next(InstantSource clock) {
        return new ConnectionId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
