package dev.sallyport.provisioner.target;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection to one database of an SQL Server, which blocks. An SQLException has the server's number as its code. */
public final class SqlServerConnection implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final SqlConnection connection;
    private final Duration timeout;

    SqlServerConnection(SqlConnection connection, Duration timeout) {
        this.connection = connection;
        this.timeout = timeout;
    }

    /** Executes a batch; what it returns is thrown away. */
    public void execute(String sql) throws SQLException {
        await(connection.query(sql).execute(), timeout);
    }

    /**
     * The rows that a batch returns, of all its results: values as texts, a null as {@code "null"}, bits as {@code 1} and {@code 0},
     * binaries in hexadecimal.
     */
    public List<List<String>> rows(String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        @Nullable RowSet<Row> result = await(connection.query(sql).execute(), timeout);
        while (result != null) {
            result.forEach(row -> rows.add(values(row)));
            result = result.next();
        }
        return rows;
    }

    private static List<String> values(Row row) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            values.add(text(row.getValue(i)));
        }
        return List.copyOf(values);
    }

    @Override
    public void close() {
        try {
            await(connection.close(), CLOSE_TIMEOUT);
        } catch (SQLException alreadyGone) {
            // The server ended it first: that is what was asked for.
            return;
        }
    }

    private static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean bit -> bit ? "1" : "0";
            case Buffer binary -> HexFormat.of().withUpperCase().formatHex(binary.getBytes());
            default -> String.valueOf(value);
        };
    }

    /** Waits on a virtual thread for what an event loop does. */
    static <T> T await(Future<T> future, Duration timeout) throws SQLException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw SqlServerErrors.of(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw SqlServerErrors.of(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", "57014", e);
        }
    }
}
