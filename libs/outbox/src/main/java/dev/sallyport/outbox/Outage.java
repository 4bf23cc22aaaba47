package dev.sallyport.outbox;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceTimeoutException;
import io.vertx.pgclient.PgException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer does when its work fails for no fault of the record: a dead letter would lose it.
 *
 * <ul>
 *   <li>The database is away: the work is done again, ever more slowly, for as long as it takes.
 *   <li>We are stopping, and the database was closed before the work: the record is neither acknowledged nor refused, and
 *       comes again at the next start.
 * </ul>
 *
 * Any other failure comes through.
 */
@ApplicationScoped
public class Outage {

    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /** Classes of SQLSTATE: connection, resources, intervention, system; serialisation failures and deadlocks with them. */
    private static final Set<String> PASSING = Set.of("08", "53", "57", "58", "40");

    private volatile boolean stopping;

    void stop(@Observes ShutdownEvent event) {
        stopping = true;
    }

    /** Does {@code work} until it is done, or fails for good. */
    public <T> Uni<T> ridingOut(Supplier<Uni<T>> work) {
        return Uni.createFrom()
                .deferred(work::get)
                .onFailure(failure -> !stopping && is(failure))
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely()
                .onFailure(failure -> stopping)
                .recoverWithUni(() -> Uni.createFrom().nothing());
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
}
