package dev.sallyport.kernel;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.InstantSource;

/** One provisioning job. */
public record JobId(@JsonValue String value) implements Id {

    /** What every id of this kind begins with. */
    public static final String PREFIX = "job_";

    /** @throws IllegalArgumentException when {@code value} is not such an id */
    @JsonCreator
    public JobId {
        Id.check(PREFIX, value);
    }

    /** A new id, made at the clock's time. */
    public static JobId next(InstantSource clock) {
        return new JobId(Id.next(PREFIX, clock));
    }

    @Override
    public String toString() {
        return value;
    }
}
