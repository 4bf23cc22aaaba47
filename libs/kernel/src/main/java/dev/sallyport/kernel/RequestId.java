package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One person's request for access. */
public record RequestId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "req_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public RequestId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static RequestId next(InstantSource clock) {
        return new RequestId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
