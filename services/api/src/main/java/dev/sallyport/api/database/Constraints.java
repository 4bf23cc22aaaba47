package dev.sallyport.api.database;

import io.vertx.pgclient.PgException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL says when a rule of the schema was broken. */
public final class Constraints {

    /** The name of the unique constraint or index that {@code failure} ran into. */
    public static Optional<String> violated(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PgException postgres && "23505".equals(postgres.getSqlState())) {
                return Optional.ofNullable(postgres.getConstraint());
            }
        }
        return Optional.empty();
    }

    private Constraints() {}
}
