package dev.sallyport.notifier.database;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs SQL, each piece in a transaction. It blocks: on virtual threads and workers only. */
@ApplicationScoped
public class Database {

    private final DataSource source;

    public Database(DataSource source) {
        this.source = source;
    }

    /** What is done with a statement. */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        T on(PreparedStatement sql) throws SQLException;
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    public interface Piece<T extends @Nullable Object> {
        T in(Connection connection) throws SQLException;
    }

    /** A row as what it stands for. */
    @FunctionalInterface
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Fills in a statement's parameters. */
    @FunctionalInterface
    public interface Parameters {
        void of(PreparedStatement sql) throws SQLException;
    }

    /** @throws DatabaseAway when it cannot be asked, or refuses */
    public <T extends @Nullable Object> T run(String text, Work<T> work) {
        return inTransaction(connection -> run(connection, text, work));
    }

    /** The same within a transaction that is under way. */
    public static <T extends @Nullable Object> T run(Connection connection, String text, Work<T> work)
            throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(text)) {
            return work.on(sql);
        }
    }

    /** All rows of a query. */
    public static <T> List<T> rows(Connection connection, String text, Parameters parameters, Row<T> row)
            throws SQLException {
        return run(connection, text, sql -> {
            parameters.of(sql);
            List<T> all = new ArrayList<>();
            try (ResultSet rows = sql.executeQuery()) {
                while (rows.next()) {
                    all.add(row.of(rows));
                }
            }
            return all;
        });
    }

    /** All rows of a query, in a transaction of its own. */
    public <T> List<T> rows(String text, Parameters parameters, Row<T> row) {
        return inTransaction(connection -> rows(connection, text, parameters, row));
    }

    /** All of it, or nothing. */
    public <T extends @Nullable Object> T inTransaction(Piece<T> piece) {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = piece.in(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new DatabaseAway(String.valueOf(e.getSQLState()), e);
        }
    }

    public static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** A time that may be missing. */
    public static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class)).map(OffsetDateTime::toInstant);
    }
}
