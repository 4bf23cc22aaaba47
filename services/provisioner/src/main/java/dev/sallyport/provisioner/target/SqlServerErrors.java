package dev.sallyport.provisioner.target;

import io.vertx.mssqlclient.MSSQLException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What went wrong with SQL Server, as an SQLException: SQLSTATE says what to make of it, the code is the server's number. */
final class SqlServerErrors {

    /** Unknown user or wrong password, disabled, locked, expired, to be changed; from a domain that is not trusted. */
    private static final Set<Integer> LOGIN_REFUSED = Set.of(18452, 18456, 18470, 18486, 18487, 18488);

    /**
     * Paused, starting, shutting down, recovering, failing over, out of memory or workers (Microsoft's list of transient
     * errors, and those of Azure's, which RDS's look like).
     */
    private static final Set<Integer> PASSING = Set.of(
            596, 701, 904, 921, 922, 983, 6005, 8645, 8651, 10928, 10929, 17142, 17197, 18401, 18451, 40143, 40197,
            40501, 40540, 40613, 49918, 49919, 49920);

    /** Deadlocks and lock time-outs. */
    private static final Set<Integer> BUSY = Set.of(1205, 1222);

    private static final String REFUSED_STATE = "28000";
    private static final String CONNECTION_STATE = "08006";
    private static final String BUSY_STATE = "40001";
    private static final String OTHER_STATE = "HY000";

    static SQLException of(Throwable cause) {
        if (cause instanceof SQLException already) {
            return already;
        }
        if (cause instanceof MSSQLException said) {
            return new SQLException(said.errorMessage(), state(said.getErrorCode()), said.getErrorCode(), said);
        }
        if (cause instanceof TimeoutException) {
            return new SQLException("the server does not answer", CONNECTION_STATE, cause);
        }
        return new SQLException(text(cause), unreachable(cause) ? CONNECTION_STATE : OTHER_STATE, cause);
    }

    private static String state(int number) {
        if (LOGIN_REFUSED.contains(number)) {
            return REFUSED_STATE;
        }
        if (BUSY.contains(number)) {
            return BUSY_STATE;
        }
        return PASSING.contains(number) ? CONNECTION_STATE : OTHER_STATE;
    }

    /** TLS that fails is not: it fails again. */
    private static boolean unreachable(Throwable cause) {
        return cause instanceof ClosedConnectionException
                || (cause instanceof IOException && !(cause instanceof SSLException));
    }

    private static String text(Throwable cause) {
        @Nullable String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private SqlServerErrors() {}
}
