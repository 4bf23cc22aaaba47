package dev.sallyport.api.database;

import java.util.Optional;
import org.hibernate.exception.ConstraintViolationException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL says when a rule of the schema was broken. */
public final class Constraints {

    /** The name of the constraint or index that {@code failure} ran into. */
    public static Optional<String> violated(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConstraintViolationException violation) {
                return Optional.ofNullable(violation.getConstraintName());
            }
        }
        return Optional.empty();
    }

    private Constraints() {}
}
