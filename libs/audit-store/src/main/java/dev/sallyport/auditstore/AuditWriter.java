package dev.sallyport.auditstore;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes public events in bulk, each exactly once however often it comes. */
public final class AuditWriter {

    /** PostgreSQL documentation, appendix A. */
    private static final String UNIQUE_VIOLATION = "23505";

    private static final String EVENT_COLUMNS = "day, event_id, type, source, subject, time, event";

    private final AuditStore store;
    private final Partitions partitions;

    AuditWriter(AuditStore store, Partitions partitions) {
        this.store = store;
        this.partitions = partitions;
    }

    /** How many of a batch had not been stored before. */
    public record Written(int statements, int events) {}

    /**
     * Stores all of {@code events}, or none: when it returns they are on disk. Statements become statements, all others are
     * kept as they are, and those about sessions make up the sessions besides.
     *
     * @throws AuditStoreException transient when the same batch may be tried again; else one of its events can never be stored
     */
    public Written write(List<Event<?>> events) {
        List<Event<?>> statements =
                events.stream().filter(AuditWriter::isStatement).toList();
        List<Event<?>> others =
                events.stream().filter(event -> !isStatement(event)).toList();
        partitions.ensure(days(events));
        return store.transaction("events were not stored", connection -> {
            int newStatements = copy(connection, "statements", StatementRow.COLUMNS, statements, StatementRow::write);
            int newEvents = copy(connection, "events", EVENT_COLUMNS, others, AuditWriter::eventRow);
            writeOpened(connection, dataOf(SessionOpened.class, others));
            writeClosed(connection, dataOf(SessionClosed.class, others));
            return new Written(newStatements, newEvents);
        });
    }

    private static boolean isStatement(Event<?> event) {
        return event.data() instanceof StatementExecuted;
    }

    private static Set<LocalDate> days(List<Event<?>> events) {
        Set<LocalDate> days = new HashSet<>();
        for (Event<?> event : events) {
            switch (event.data()) {
                case StatementExecuted statement -> days.add(Days.of(statement.startedAt()));
                case SessionOpened session -> days.add(Days.of(session.sessionId()));
                case SessionClosed session -> days.add(Days.of(session.sessionId()));
                default -> {}
            }
            days.add(Days.of(event.time()));
        }
        return days;
    }

    /** What one event is as a row. */
    private interface RowOf {
        void write(CopyRows rows, Event<?> event) throws SQLException;
    }

    private static void eventRow(CopyRows rows, Event<?> event) throws SQLException {
        rows.add(Days.of(event.time()))
                .add(event.id().value())
                .add(event.type())
                .add(event.source())
                .add(event.subject())
                .add(event.time())
                .add(EventJson.write(event))
                .end();
    }

    /**
     * Straight into the table, which is half the work; only where some of it is there already, by way of a temporary table of the
     * connection's own, for COPY knows no ON CONFLICT.
     *
     * @return how many were not there
     */
    private static int copy(Connection connection, String table, String columns, List<Event<?>> events, RowOf row)
            throws SQLException {
        if (events.isEmpty()) {
            return 0;
        }
        Savepoint before = connection.setSavepoint();
        try {
            return (int) copyInto(connection, table, columns, events, row);
        } catch (SQLException e) {
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
        }
        String staged = "staged_" + table;
        try (Statement sql = connection.createStatement()) {
            sql.execute(
                    "CREATE TEMPORARY TABLE IF NOT EXISTS " + staged + " (LIKE " + table + ") ON COMMIT DELETE ROWS");
            copyInto(connection, staged, columns, events, row);
            return sql.executeUpdate("INSERT INTO " + table + " (" + columns + ") SELECT " + columns + " FROM " + staged
                    + " ON CONFLICT DO NOTHING");
        }
    }

    private static long copyInto(Connection connection, String table, String columns, List<Event<?>> events, RowOf row)
            throws SQLException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table + " (" + columns + ") FROM STDIN");
        try {
            CopyRows rows = new CopyRows(copy);
            for (Event<?> event : events) {
                row.write(rows, event);
            }
            rows.send();
            return copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    /** In the order of their ids: two writers never wait for each other in a circle. */
    private static <T> List<T> dataOf(Class<T> type, List<Event<?>> events) {
        return events.stream()
                .filter(event -> type.isInstance(event.data()))
                .sorted(Comparator.comparing(Event::subject))
                .map(event -> type.cast(event.data()))
                .toList();
    }

    private static void writeOpened(Connection connection, List<SessionOpened> sessions) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(SessionRow.OPEN)) {
            for (SessionOpened session : sessions) {
                SessionRow.bind(sql, session);
                sql.addBatch();
            }
            sql.executeBatch();
        }
    }

    private static void writeClosed(Connection connection, List<SessionClosed> sessions) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(SessionRow.CLOSE)) {
            for (SessionClosed session : sessions) {
                SessionRow.bind(sql, session);
                sql.addBatch();
            }
            sql.executeBatch();
        }
    }
}
