package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One grant: a person, a database, a role and a time. It names the permission set and is the login of the direct way in. */
public record GrantId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "gra_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public GrantId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static GrantId next(InstantSource clock) {
        return new GrantId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
