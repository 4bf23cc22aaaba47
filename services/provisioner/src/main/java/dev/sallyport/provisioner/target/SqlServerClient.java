package dev.sallyport.provisioner.target;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.TrustOptions;
import io.vertx.mssqlclient.MSSQLConnectOptions;
import io.vertx.mssqlclient.MSSQLConnection;
import io.vertx.sqlclient.SqlConnection;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Logs in to SQL Server by the client of Vert.x. */
final class SqlServerClient {

    private final Vertx vertx;
    private final @Nullable Path authorities;
    private final Duration connectTimeout;
    private final Duration statementTimeout;
    private final Duration lockTimeout;

    /** @param authorities PEM of the authorities to trust; plain connections when null */
    SqlServerClient(
            Vertx vertx,
            @Nullable Path authorities,
            Duration connectTimeout,
            Duration statementTimeout,
            Duration lockTimeout) {
        this.vertx = vertx;
        this.authorities = authorities;
        this.connectTimeout = connectTimeout;
        this.statementTimeout = statementTimeout;
        this.lockTimeout = lockTimeout;
    }

    SqlServerConnection connect(Endpoint endpoint, Login login, String database) throws SQLException {
        Future<? extends SqlConnection> opening = MSSQLConnection.connect(vertx, options(endpoint, login, database));
        SqlConnection opened;
        try {
            opened = SqlServerConnection.await(opening, connectTimeout.multipliedBy(2));
        } catch (SQLException e) {
            // One that opens too late is closed, whoever waits no longer.
            opening.onSuccess(SqlConnection::close);
            throw e;
        }
        SqlServerConnection connection = new SqlServerConnection(opened, statementTimeout);
        try {
            connection.execute("SET LOCK_TIMEOUT " + lockTimeout.toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private MSSQLConnectOptions options(Endpoint endpoint, Login login, String database) {
        MSSQLConnectOptions options = new MSSQLConnectOptions()
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setUser(login.user())
                .setPassword(login.password().reveal())
                .setDatabase(database)
                .setProperties(Map.of("appName", "sallyport-provisioner"))
                .setConnectTimeout((int) connectTimeout.toMillis());
        return authorities == null
                ? options.setSsl(false)
                : options.setSsl(true)
                        .setTrustOptions(TrustOptions.wrap(HostBoundTrust.of(authorities, endpoint.host())));
    }
}
