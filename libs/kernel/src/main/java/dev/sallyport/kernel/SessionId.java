package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One audited database session. */
public record SessionId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "ses_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public SessionId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static SessionId next(InstantSource clock) {
        return new SessionId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
