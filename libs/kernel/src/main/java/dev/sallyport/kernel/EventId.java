package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
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

    /**
     * The one id of the event that {@code name} stands for, however often it is made: for events that may be sent again after a
     * crash.
     *
     * @param time when the event happened; the same each time
     * @param name of the event, unique among all
     */
    public static EventId derived(Instant time, String name) {
        return new EventId(Id.derived(PREFIX, time, name));
    }

    @Override
    public String toString() {
        return value;
    }
}
