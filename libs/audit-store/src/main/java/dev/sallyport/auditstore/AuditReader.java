package dev.sallyport.auditstore;

import dev.sallyport.contracts.audit.ChainCheck;
import dev.sallyport.contracts.audit.ChainVerdict;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.kernel.SessionId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the store, a page at a time. */
public final class AuditReader {

    /** The longest page. */
    public static final int MAX_LIMIT = 200;

    private static final Pattern STATEMENT_CURSOR = Pattern.compile("(\\d{1,18})-(\\d{1,9})");

    /** A statement may be a little older than its session, by the difference of two clocks; no more than a day. */
    private static final String SESSIONS = """
            SELECT s.session_id, s.grant_id, s.grantee_subject, s.grantee_name, s.grantee_email, s.target, s.engine,
                   s.role, s.database_user, s.client_address, s.application_name, s.opened_at, s.closed_at, s.cause,
                   s.last_hash, s.tunnel_id,
                   coalesce(s.statements, (SELECT max(t.sequence) FROM statements t
                                           WHERE t.session_id = s.session_id AND t.day >= s.day - 1), 0) AS statements
            FROM sessions s
            WHERE s.opened_at IS NOT NULL
            """;

    private final AuditStore store;

    AuditReader(AuditStore store) {
        this.store = store;
    }

    /**
     * Sessions, the newest first.
     *
     * @param limit 1 to {@link #MAX_LIMIT}
     * @param cursor of the page before; null for the first
     * @throws IllegalArgumentException when limit or cursor is not one
     */
    public Page<AuditedSession> sessions(SessionFilter filter, int limit, @Nullable String cursor) {
        checkLimit(limit);
        Query query = new Query(SESSIONS);
        if (cursor != null) {
            SessionId last = new SessionId(cursor);
            query.and("s.session_id < ? AND s.day <= ?", last.value(), Days.of(last));
        }
        restrict(query, filter);
        query.append(" ORDER BY s.session_id DESC LIMIT ?", limit + 1);
        List<AuditedSession> found =
                store.transaction("sessions could not be read", connection -> query.run(connection, SessionRow::read));
        return page(found, limit, session -> session.id().value());
    }

    /** One session. */
    public Optional<AuditedSession> session(SessionId id) {
        Query query = new Query(SESSIONS).and("s.session_id = ? AND s.day = ?", id.value(), Days.of(id));
        return store
                .transaction("a session could not be read", connection -> query.run(connection, SessionRow::read))
                .stream()
                .findFirst();
    }

    /**
     * The statements of a session in their order.
     *
     * @param limit 1 to {@link #MAX_LIMIT}
     * @param cursor of the page before; null for the first
     * @throws IllegalArgumentException when limit or cursor is not one
     */
    public Page<StatementExecuted> statements(SessionId session, int limit, @Nullable String cursor) {
        checkLimit(limit);
        Query query = new Query("SELECT " + StatementRow.COLUMNS + " FROM statements s WHERE true")
                .and(
                        "session_id = ? AND day >= ?",
                        session.value(),
                        Days.of(session).minusDays(1));
        if (cursor != null) {
            Matcher last = STATEMENT_CURSOR.matcher(cursor);
            if (!last.matches()) {
                throw new IllegalArgumentException("'" + cursor + "' is not a cursor of statements");
            }
            query.and("(sequence, part) > (?, ?)", Long.valueOf(last.group(1)), Integer.valueOf(last.group(2)));
        }
        query.append(" ORDER BY sequence, part LIMIT ?", limit + 1);
        List<StatementExecuted> found = store.transaction(
                "statements could not be read", connection -> query.run(connection, StatementRow::read));
        return page(found, limit, statement -> statement.sequence() + "-" + statement.part());
    }

    /**
     * Follows a session's chain from its first link to the last that is stored: was anything changed, left out or put in?
     * Reads the statements a page at a time, so a session may be of any length; one statement's parts are held together.
     */
    public ChainVerdict verifyChain(SessionId session) {
        ChainCheck check = new ChainCheck();
        String cursor = null;
        do {
            Page<StatementExecuted> page = statements(session, MAX_LIMIT, cursor);
            page.items().forEach(check::add);
            cursor = page.nextCursor();
        } while (cursor != null);
        return check.end(lastHash(session));
    }

    /** What {@code session.closed} said; null while it has not come. */
    private @Nullable String lastHash(SessionId session) {
        Query query = new Query("SELECT last_hash FROM sessions WHERE last_hash IS NOT NULL")
                .and("session_id = ? AND day = ?", session.value(), Days.of(session));
        return store
                .transaction(
                        "a session could not be read",
                        connection -> query.run(connection, row -> StatementRow.text(row, "last_hash")))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static void restrict(Query query, SessionFilter filter) {
        if (filter.person() instanceof String person) {
            String name = StoredText.encode(person).toLowerCase(Locale.ROOT);
            query.and("? IN (lower(s.grantee_subject), lower(s.grantee_name), lower(s.grantee_email))", name);
        }
        if (filter.target() instanceof String target) {
            query.and("s.target ILIKE ?", containing(target));
        }
        if (filter.role() instanceof String role) {
            query.and("s.role = ?", StoredText.encode(role));
        }
        if (filter.from() != null) {
            query.and(
                    "s.opened_at >= ? AND s.day >= ?",
                    SessionRow.utc(filter.from()),
                    Days.of(filter.from()).minusDays(1));
        }
        if (filter.until() != null) {
            query.and(
                    "s.opened_at < ? AND s.day <= ?",
                    SessionRow.utc(filter.until()),
                    Days.of(filter.until()).plusDays(1));
        }
        if (filter.text() instanceof String text) {
            query.and(
                    "EXISTS (SELECT FROM statements t WHERE t.session_id = s.session_id AND t.day >= s.day - 1"
                            + " AND t.sql ILIKE ?)",
                    containing(text));
        }
    }

    private static String containing(String piece) {
        return "%"
                + StoredText.encode(piece)
                        .replace("\\", "\\\\")
                        .replace("%", "\\%")
                        .replace("_", "\\_") + "%";
    }

    private static void checkLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a limit is from 1 to " + MAX_LIMIT + ", not " + limit);
        }
    }

    private static <T> Page<T> page(List<T> found, int limit, Function<T, String> cursor) {
        if (found.size() <= limit) {
            return new Page<>(List.copyOf(found), null);
        }
        List<T> items = List.copyOf(found.subList(0, limit));
        return new Page<>(items, cursor.apply(items.getLast()));
    }

    /** SQL and its parameters, grown together. */
    private static final class Query {

        private final StringBuilder sql;
        private final List<Object> parameters = new ArrayList<>();

        Query(String sql) {
            this.sql = new StringBuilder(sql);
        }

        Query and(String condition, Object... values) {
            return append(" AND " + condition, values);
        }

        Query append(String more, Object... values) {
            sql.append(more);
            parameters.addAll(List.of(values));
            return this;
        }

        <T> List<T> run(Connection connection, RowReader<T> reader) throws SQLException {
            try (PreparedStatement statement = connection.prepareStatement(sql.toString())) {
                for (int i = 0; i < parameters.size(); i++) {
                    statement.setObject(i + 1, parameters.get(i));
                }
                List<T> rows = new ArrayList<>();
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next()) {
                        rows.add(reader.read(found));
                    }
                }
                return rows;
            }
        }
    }

    @FunctionalInterface
    private interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
