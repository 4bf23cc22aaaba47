package dev.sallyport.auditstore;

import static dev.sallyport.auditstore.StatementRow.text;
import static dev.sallyport.auditstore.StatementRow.textOrNull;

import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.SessionId;
import dev.sallyport.kernel.TunnelId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** A session, half of whose columns {@code session.opened} brings and half {@code session.closed}. */
final class SessionRow {

    static final String OPEN = """
            INSERT INTO sessions (day, session_id, grant_id, grantee_subject, grantee_name, grantee_email, target, engine,
                role, database_user, proxy, client_address, application_name, opened_at, tunnel_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (session_id, day) DO UPDATE SET
                grantee_subject = excluded.grantee_subject, grantee_name = excluded.grantee_name,
                grantee_email = excluded.grantee_email, target = excluded.target, engine = excluded.engine,
                role = excluded.role, database_user = excluded.database_user, proxy = excluded.proxy,
                client_address = excluded.client_address, application_name = excluded.application_name,
                opened_at = excluded.opened_at, tunnel_id = excluded.tunnel_id
            WHERE sessions.opened_at IS NULL
            """;

    static final String CLOSE = """
            INSERT INTO sessions (day, session_id, grant_id, closed_at, cause, statements, bytes_from_client,
                bytes_to_client, last_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (session_id, day) DO UPDATE SET
                closed_at = excluded.closed_at, cause = excluded.cause, statements = excluded.statements,
                bytes_from_client = excluded.bytes_from_client, bytes_to_client = excluded.bytes_to_client,
                last_hash = excluded.last_hash
            WHERE sessions.closed_at IS NULL
            """;

    static void bind(PreparedStatement sql, SessionOpened session) throws SQLException {
        sql.setObject(1, Days.of(session.sessionId()));
        sql.setString(2, session.sessionId().value());
        sql.setString(3, session.grantId().value());
        sql.setString(4, StoredText.encode(session.grantee().subject()));
        sql.setString(5, StoredText.encode(session.grantee().name()));
        sql.setString(6, StoredText.encode(session.grantee().email()));
        sql.setString(7, StoredText.encode(session.target().toString()));
        sql.setString(8, session.engine().label());
        sql.setString(9, StoredText.encode(session.role()));
        sql.setString(10, StoredText.encode(session.databaseUser()));
        sql.setString(11, session.proxy().value());
        sql.setString(12, StoredText.encode(session.clientAddress()));
        sql.setString(13, StoredText.encode(session.applicationName()));
        sql.setObject(14, utc(session.openedAt()));
        TunnelId tunnel = session.tunnelId();
        sql.setString(15, tunnel == null ? null : tunnel.value());
    }

    static void bind(PreparedStatement sql, SessionClosed session) throws SQLException {
        sql.setObject(1, Days.of(session.sessionId()));
        sql.setString(2, session.sessionId().value());
        sql.setString(3, session.grantId().value());
        sql.setObject(4, utc(session.closedAt()));
        sql.setString(5, StoredText.encode(session.cause()));
        sql.setLong(6, session.statements());
        sql.setLong(7, session.bytesFromClient());
        sql.setLong(8, session.bytesToClient());
        sql.setString(9, StoredText.encode(session.lastHash()));
    }

    /** Of a row that {@code session.opened} has reached. */
    static AuditedSession read(ResultSet row) throws SQLException {
        OffsetDateTime closedAt = row.getObject("closed_at", OffsetDateTime.class);
        return new AuditedSession(
                new SessionId(row.getString("session_id")),
                new GrantId(row.getString("grant_id")),
                StatementRow.grantee(row),
                RdsDatabaseId.parse(text(row, "target")),
                Engine.ofLabel(text(row, "engine")),
                text(row, "role"),
                text(row, "database_user"),
                text(row, "client_address"),
                text(row, "application_name"),
                row.getObject("opened_at", OffsetDateTime.class).toInstant(),
                closedAt == null ? null : closedAt.toInstant(),
                textOrNull(row, "cause"),
                row.getLong("statements"),
                textOrNull(row, "last_hash"),
                textOrNull(row, "tunnel_id"));
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private SessionRow() {}
}
