package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One event; consumers know by it what they have already seen. */
public record EventId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "evt_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public EventId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static EventId next(InstantSource clock) {
        return new EventId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
