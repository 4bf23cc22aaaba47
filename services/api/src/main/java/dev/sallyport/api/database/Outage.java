package dev.sallyport.api.database;

import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The database is away, not the work wrong: a consumer waits for it, for a dead letter would lose the record. */
public final class Outage {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Classes of SQLSTATE: connection, resources, intervention, system; serialisation failures and deadlocks with them. */
    private static final Set<String> PASSING = Set.of("08", "53", "57", "58", "40");

    /** Does {@code work} again, ever more slowly, for as long as the database is away. Any other failure comes through. */
    public static <T> Uni<T> ridingOut(Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .deferred(work::get)
                .onFailure(Outage::is)
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely();
    }

    static boolean is(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String state = sqlState(cause);
            if (state != null) {
                return state.length() == 5 && PASSING.contains(state.substring(0, 2));
            }
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof NoStackTraceTimeoutException
                    || cause instanceof VertxException) {
                return true;
            }
        }
        return false;
    }

    /** Hibernate Reactive hands on what PostgreSQL said as a JDBC exception, the client itself as its own. */
    private static @Nullable String sqlState(Throwable failure) {
        return switch (failure) {
            case PgException postgres -> postgres.getSqlState();
            case SQLException sql -> sql.getSQLState();
            default -> null;
        };
    }

    private Outage() {}
}
